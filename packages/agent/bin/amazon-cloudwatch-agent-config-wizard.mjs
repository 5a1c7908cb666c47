#!/usr/bin/env node
// The configuration wizard under the name that people know from the Amazon CloudWatch agent.
import { runAgentCommand } from "./run-agent-command.mjs";

await runAgentCommand("agent-config-wizard");
