export interface FirstStep {
  readonly title: string;
  readonly text: string;
  readonly command: string;
}

/** Commands for an empty server, with this server's own address in them. */
export function firstSteps(endpoint: string, region: string): readonly FirstStep[] {
  return [
    {
      title: "Point your shell here",
      text: "With the access key that you signed in with, or another one.",
      command: [
        `export AWS_ENDPOINT_URL=${endpoint}`,
        `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
        "export AWS_ACCESS_KEY_ID=…",
        "export AWS_SECRET_ACCESS_KEY=…",
      ].join("\n"),
    },
    {
      title: "Load a day of sample logs",
      text: "On the server's machine, in the project's folder: web, login, flow, function and audit logs.",
      command: "npm run demo",
    },
    {
      title: "Or send a line of your own",
      text: "Then follow the log group under Live Tail.",
      command: [
        "aws logs create-log-group --log-group-name hello",
        "aws logs create-log-stream --log-group-name hello --log-stream-name me",
        'aws logs put-log-events --log-group-name hello --log-stream-name me --log-events "timestamp=$(date +%s000),message=Hello"',
      ].join("\n"),
    },
  ];
}
