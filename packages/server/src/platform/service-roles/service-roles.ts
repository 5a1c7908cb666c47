/** The port by which services ask whether they may work under a role that a user gave them. Identity answers. */
export interface ServiceRoles {
  /** Why the service may not do this as the role, for the user to read; undefined when it may. */
  refusal(question: RoleQuestion): string | undefined;
}

export interface RoleQuestion {
  readonly account: string;
  readonly roleArn: string;
  /** Who is to assume the role, such as `vpc-flow-logs.amazonaws.com`. */
  readonly service: string;
  /** The resource that the service works for, where trust policies may ask for it (`aws:SourceArn`). */
  readonly sourceArn?: string | undefined;
  /** What is to be done, such as `logs:PutLogEvents`, and on what. Without actions only trust is asked for. */
  readonly actions: readonly string[];
  readonly resource: string;
}
