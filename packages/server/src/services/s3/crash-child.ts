/** A server of S3 that a test kills: `node crash-child.ts DIRECTORY` prints its endpoint. */
import { serveS3 } from "./s3-house.ts";

const [, , data] = process.argv;
if (data === undefined) throw new Error("give the data directory");
const { endpoint } = await serveS3(data);
process.stdout.write(`${endpoint}\n`);
