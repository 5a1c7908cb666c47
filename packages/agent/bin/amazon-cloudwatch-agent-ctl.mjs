#!/usr/bin/env node
// The control command under the name that people and scripts know from the Amazon CloudWatch agent.
import { runAgentCommand } from "./run-agent-command.mjs";

await runAgentCommand("agent-ctl");
