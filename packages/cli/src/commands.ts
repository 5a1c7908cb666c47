import type { CommandLine } from "./command.ts";

export const COMMANDS: readonly CommandLine[] = [
  { name: "serve", summary: "Start the server", load: async () => (await import("./commands/serve.ts")).serve },
  {
    name: "demo",
    summary: "Load a day of sample logs into a running server",
    load: async () => (await import("./commands/demo.ts")).demo,
  },
  {
    name: "outbox",
    summary: "Show mails that were kept and deliveries that wait or failed",
    load: async () => (await import("./commands/outbox.ts")).outbox,
  },
  {
    name: "account",
    summary: "Make and list accounts; a way back in as an account's root user",
    load: async () => (await import("./commands/account.ts")).account,
  },
  {
    name: "why-denied",
    summary: "Explain why a call was allowed or denied, by its request id",
    load: async () => (await import("./commands/why-denied.ts")).whyDenied,
  },
  {
    name: "agent",
    summary: "Collect this host's logs and metrics, in the foreground",
    load: async () => (await import("./commands/agent.ts")).agent,
  },
  {
    name: "agent-ctl",
    summary: "Configure, start and stop the agent (amazon-cloudwatch-agent-ctl)",
    load: async () => (await import("./commands/agent-ctl.ts")).agentCtl,
  },
  {
    name: "agent-config-wizard",
    summary: "Make a configuration of the agent by questions",
    load: async () => (await import("./commands/agent-config-wizard.ts")).agentConfigWizard,
  },
  {
    name: "host",
    summary: "Make this machine a host of a fleet, and work as one",
    load: async () => (await import("./commands/host.ts")).host,
  },
  { name: "version", summary: "Print the version", load: async () => (await import("./commands/version.ts")).version },
  {
    name: "help",
    summary: "Explain a command",
    load: async () => (await import("./commands/help.ts")).helpOf(COMMANDS),
  },
];
