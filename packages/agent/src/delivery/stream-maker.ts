import { AwsError } from "../aws/aws-error.ts";
import type { AwsClient } from "../aws/client.ts";
import type { Journal } from "../health/journal.ts";
import type { SpooledStream } from "./spool.ts";

/** Names that are remembered; a host writes to far fewer streams. */
const MAX_REMEMBERED = 10_000;

/** Creates groups and streams that are missing, and sets the retention that the configuration gives, once in a run. */
export class StreamMaker {
  readonly #client: AwsClient;
  readonly #journal: Journal;
  readonly #retention = new Set<string>();
  readonly #creating = new Map<string, Promise<void>>();

  constructor(client: AwsClient, journal: Journal) {
    this.#client = client;
    this.#journal = journal;
  }

  /** Does what has to be done before the first events of a run. */
  async prepare({ group, retentionDays, groupClass }: SpooledStream): Promise<void> {
    if (retentionDays === undefined || this.#retention.has(group)) return;
    if (this.#retention.size >= MAX_REMEMBERED) this.#retention.clear();
    this.#retention.add(group);
    try {
      await this.#createGroup(group, groupClass);
      await this.#client.call(
        "PutRetentionPolicy",
        JSON.stringify({ logGroupName: group, retentionInDays: retentionDays }),
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.remedy === "retry") {
        this.#retention.delete(group);
        throw error;
      }
      // Logs are more important than their retention: they are sent all the same.
      this.#journal.write("warn", `the retention of ${group} was not set: ${error.code}: ${error.message}`);
    }
  }

  forget({ group }: SpooledStream): void {
    this.#retention.delete(group);
  }

  /** Creates the group when it is missing, and the stream. Calls for the same stream share one. */
  async create(stream: SpooledStream): Promise<void> {
    const key = `${stream.group}\n${stream.name}`;
    const running = this.#creating.get(key);
    if (running !== undefined) return await running;
    const creating = this.#create(stream).finally(() => this.#creating.delete(key));
    this.#creating.set(key, creating);
    await creating;
  }

  async #create({ group, name, groupClass }: SpooledStream): Promise<void> {
    const input = JSON.stringify({ logGroupName: group, logStreamName: name });
    try {
      await this.#client.call("CreateLogStream", input);
    } catch (error) {
      if (isThereAlready(error)) return;
      if (!(error instanceof AwsError) || error.code !== "ResourceNotFoundException") throw error;
      await this.#createGroup(group, groupClass);
      await this.#client.call("CreateLogStream", input).catch((failure: unknown) => {
        if (!isThereAlready(failure)) throw failure;
      });
    }
  }

  async #createGroup(group: string, groupClass: string | undefined): Promise<void> {
    try {
      await this.#client.call(
        "CreateLogGroup",
        JSON.stringify({ logGroupName: group, ...(groupClass !== undefined && { logGroupClass: groupClass }) }),
      );
    } catch (error) {
      if (!isThereAlready(error)) throw error;
    }
  }
}

const isThereAlready = (error: unknown): boolean =>
  error instanceof AwsError && error.code === "ResourceAlreadyExistsException";
