/** Of the agent, as its status and its registration tell it. */
export const AGENT_VERSION = "1.0.0";
