import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { KEY, serveS3 } from "../../src/services/s3/s3-house.ts";

/** Bytes of the largest upload; NEPHOSCOPE_LONG_TESTS=1 makes it three gigabytes. */
const LARGE = process.env.NEPHOSCOPE_LONG_TESTS === "1" ? 3_000_000_000 : 300_000_000;
const WITHIN_MS = 240_000;

const has = (program: string, ...args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
const without = (program: string, ...args: string[]) =>
  has(program, ...args) ? {} : { skip: `${program} ${args.join(" ")} does not work here` };

/** A server, a folder with files of several sizes, and a way to run programs in it. */
async function house(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-s3-clients-"));
  const data = join(folder, "data");
  const home = join(folder, "home");
  mkdirSync(data);
  mkdirSync(join(home, "tree", "deep er"), { recursive: true });
  for (const [name, size] of [
    ["small.txt", 10],
    ["empty", 0],
    ["deep er/ü & ~'x'.bin", 100_000],
    ["large.bin", 20_000_000],
  ] as const)
    writeFileSync(join(home, "tree", name), randomBytes(size));
  const served = await serveS3(data);
  t.after(async () => {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_ACCESS_KEY_ID: KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const run = async (program: string, ...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: home,
      env,
      timeout: WITHIN_MS,
      maxBuffer: 16 * 1_048_576,
    });
    return stdout;
  };
  const same = (copy: string) => execFileSync("diff", ["-r", join(home, "tree"), join(home, copy)]);
  return { ...served, home, run, same, env };
}

test("aws s3: mb, cp, sync, mv, presign, rm, rb", without("aws", "--version"), async (t) => {
  const { endpoint, run, same, home } = await house(t);
  const s3 = (...args: string[]) => run("aws", "--endpoint-url", endpoint, "s3", ...args);
  await s3("mb", "s3://one");
  await s3("cp", "--quiet", "tree/large.bin", "s3://one/copied.bin");
  await s3("sync", "--quiet", "tree", "s3://one/tree");
  assert.equal((await s3("sync", "tree", "s3://one/tree")).trim(), "", "a second sync has nothing to do");
  await s3("sync", "--quiet", "s3://one/tree", "back");
  same("back");
  await s3("mv", "--quiet", "s3://one/copied.bin", "s3://one/moved.bin");
  await s3("cp", "--quiet", "--recursive", "s3://one/tree", "s3://one/again");
  await s3("sync", "--quiet", "s3://one/again", "again");
  same("again");
  assert.match(await s3("ls", "s3://one"), /PRE again\/\n\s+PRE tree\/\n.* 20000000 moved.bin\n$/);
  assert.match(
    await s3("ls", "--recursive", "--summarize", "s3://one/tree"),
    /Total Objects: 4\n\s+Total Size: 20100010/,
  );
  // Without any setting this program signs URLs with the second version of the signature.
  for (const url of [
    await s3("presign", "s3://one/tree/small.txt"),
    await s3("presign", "s3://one/tree/deep er/ü & ~'x'.bin", "--expires-in", "60"),
  ]) {
    const answer = await fetch(url.trim());
    assert.equal(answer.status, 200, `${url}: ${answer.status}`);
    const name = url.includes("small") ? "small.txt" : "deep er/ü & ~'x'.bin";
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), readFileSync(join(home, "tree", name)));
    assert.equal((await fetch(url.trim().replace(/Signature=./, "Signature=x"))).status, 403);
  }
  await assert.rejects(s3("rb", "s3://one"), /BucketNotEmpty/);
  await s3("rm", "--quiet", "--recursive", "s3://one");
  await s3("rb", "s3://one");
  assert.equal(await s3("ls"), "");
});

test("aws s3api: a bucket is set up and asked", without("aws", "--version"), async (t) => {
  const { endpoint, run, home } = await house(t);
  const api = async (...args: string[]) => {
    const text = await run("aws", "--endpoint-url", endpoint, "s3api", ...args);
    return text === "" ? undefined : JSON.parse(text);
  };
  await api("create-bucket", "--bucket", "one");
  await api("put-bucket-versioning", "--bucket", "one", "--versioning-configuration", "Status=Enabled");
  await api("put-object", "--bucket", "one", "--key", "k", "--body", "tree/small.txt", "--metadata", "a=1");
  const head = await api("head-object", "--bucket", "one", "--key", "k");
  assert.deepEqual([head.ContentLength, head.Metadata, head.ServerSideEncryption], [10, { a: "1" }, "AES256"]);
  await api("get-object", "--bucket", "one", "--key", "k", "got");
  assert.deepEqual(readFileSync(join(home, "got")), readFileSync(join(home, "tree/small.txt")));
  await api("delete-object", "--bucket", "one", "--key", "k");
  assert.equal((await api("list-object-versions", "--bucket", "one")).DeleteMarkers.length, 1);
});

const RCLONE = ["--s3-provider", "Other", "--s3-env-auth", "--s3-endpoint"] as const;

test("rclone: copy, check, sync, cat with a range, move, purge", without("rclone", "version"), async (t) => {
  const { endpoint, run, same, home } = await house(t);
  const rclone = (...args: string[]) => run("rclone", ...RCLONE, endpoint, ...args);
  await rclone("mkdir", ":s3:two");
  await rclone("copy", "tree", ":s3:two/tree");
  await rclone("check", "--download", "tree", ":s3:two/tree");
  await rclone("check", "tree", ":s3:two/tree");
  await rclone("sync", ":s3:two/tree", "back");
  same("back");
  assert.equal(
    await rclone("cat", "--offset", "2", "--count", "3", ":s3:two/tree/small.txt").then((text) => text.length > 0),
    true,
  );
  await rclone("moveto", ":s3:two/tree/large.bin", ":s3:two/moved.bin");
  await rclone("copyto", ":s3:two/moved.bin", "moved.bin");
  assert.deepEqual(readFileSync(join(home, "moved.bin")), readFileSync(join(home, "tree/large.bin")));
  // In parts, of five megabytes each.
  await rclone("--s3-upload-cutoff", "6M", "--s3-chunk-size", "5M", "copyto", "tree/large.bin", ":s3:two/parts.bin");
  await rclone("copyto", ":s3:two/parts.bin", "parts.bin");
  assert.deepEqual(readFileSync(join(home, "parts.bin")), readFileSync(join(home, "tree/large.bin")));
  assert.match(await rclone("lsf", "-R", ":s3:two"), /tree\/deep er\/ü & ~'x'\.bin/);
  await rclone("purge", ":s3:two");
  assert.equal(await rclone("lsd", ":s3:"), "");
});

test("s3cmd: mb, put, sync, get, cp, del, rb", without("s3cmd", "--version"), async (t) => {
  const { endpoint, run, same, home } = await house(t);
  const host = endpoint.replace("http://", "");
  writeFileSync(
    join(home, "s3cfg"),
    `[default]\naccess_key = ${KEY.accessKeyId}\nsecret_key = ${KEY.secretAccessKey}\nhost_base = ${host}\nhost_bucket = ${host}\nuse_https = False\nbucket_location = us-east-1\n`,
  );
  const s3cmd = (...args: string[]) => run("s3cmd", "-c", "s3cfg", "--quiet", ...args);
  await s3cmd("mb", "s3://three");
  await s3cmd("sync", "tree/", "s3://three/tree/");
  mkdirSync(join(home, "back"));
  await s3cmd("sync", "s3://three/tree/", "back/");
  same("back");
  await s3cmd("--multipart-chunk-size-mb=5", "put", "tree/large.bin", "s3://three/parts.bin");
  await s3cmd("cp", "s3://three/parts.bin", "s3://three/copy.bin");
  await s3cmd("get", "s3://three/copy.bin", "copy.bin");
  assert.deepEqual(readFileSync(join(home, "copy.bin")), readFileSync(join(home, "tree/large.bin")));
  assert.match(await run("s3cmd", "-c", "s3cfg", "info", "s3://three/copy.bin"), /File size: 20000000/);
  await s3cmd("del", "--recursive", "--force", "s3://three");
  await s3cmd("rb", "s3://three");
});

const TRANSFER = `
import boto3, hashlib, os, sys
from boto3.s3.transfer import TransferConfig
endpoint, size = sys.argv[1], int(sys.argv[2])
s3 = boto3.client("s3", endpoint_url=endpoint)
s3.create_bucket(Bucket="four")
digest = hashlib.sha256()
with open("big", "wb") as f:
    left = size
    while left:
        piece = os.urandom(min(left, 1 << 22)); digest.update(piece); f.write(piece); left -= len(piece)
config = TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=16 << 20, max_concurrency=4)
s3.upload_file("big", "four", "big", Config=config)
s3.download_file("four", "big", "back", Config=config)
back = hashlib.sha256()
with open("back", "rb") as f:
    for piece in iter(lambda: f.read(1 << 22), b""): back.update(piece)
assert back.digest() == digest.digest(), "another content"
head = s3.head_object(Bucket="four", Key="big")
assert head["ContentLength"] == size and head["ETag"].endswith('-%d"' % -(-size // (16 << 20))), head
# An upload that broke off is found, and goes on with the parts that are missing.
part = 5 << 20
upload = s3.create_multipart_upload(Bucket="four", Key="resumed")["UploadId"]
with open("big", "rb") as f: content = f.read(part * 3 + 1000)
pieces = [content[i:i + part] for i in range(0, len(content), part)]
for n in (1, 3): s3.upload_part(Bucket="four", Key="resumed", UploadId=upload, PartNumber=n, Body=pieces[n - 1])
other = boto3.client("s3", endpoint_url=endpoint)
found = [u["UploadId"] for u in other.list_multipart_uploads(Bucket="four")["Uploads"] if u["Key"] == "resumed"]
assert found == [upload], found
there = {p["PartNumber"]: p["ETag"] for p in other.list_parts(Bucket="four", Key="resumed", UploadId=upload)["Parts"]}
assert sorted(there) == [1, 3], there
assert all(there[n].strip('"') == hashlib.md5(pieces[n - 1]).hexdigest() for n in there)
for n in (2, 4): there[n] = other.upload_part(Bucket="four", Key="resumed", UploadId=upload, PartNumber=n, Body=pieces[n - 1])["ETag"]
other.complete_multipart_upload(Bucket="four", Key="resumed", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": n, "ETag": there[n]} for n in sorted(there)]})
assert other.get_object(Bucket="four", Key="resumed")["Body"].read() == content
post = s3.generate_presigned_url("put_object", Params={"Bucket": "four", "Key": "presigned"})
import urllib.request
urllib.request.urlopen(urllib.request.Request(post, data=b"by url", method="PUT", headers={"Content-Type": ""}))
assert s3.get_object(Bucket="four", Key="presigned")["Body"].read() == b"by url"
print("ok")
`;

test(
  "boto3: the transfer manager, an upload that is resumed, a presigned put",
  without("python3", "-c", "import boto3"),
  async (t) => {
    const { endpoint, run, home } = await house(t);
    writeFileSync(join(home, "transfer.py"), TRANSFER);
    assert.equal(await run("python3", "transfer.py", endpoint, String(LARGE)), "ok\n");
  },
);

const BY_HOST = `
import boto3, socket, sys
from botocore.config import Config
port = sys.argv[1]
real = socket.getaddrinfo
socket.getaddrinfo = lambda host, *a, **k: real("127.0.0.1" if host.endswith("example.test") else host, *a, **k)
s3 = boto3.client("s3", endpoint_url="http://s3.example.test:" + port, config=Config(s3={"addressing_style": "virtual"}))
s3.create_bucket(Bucket="five.dots")
s3.create_bucket(Bucket="five")
for bucket in ("five", "five.dots"):
    s3.put_object(Bucket=bucket, Key="a b/\\u00fc", Body=b"v")
    assert s3.get_object(Bucket=bucket, Key="a b/\\u00fc")["Body"].read() == b"v"
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["a b/\\u00fc"]
print("ok")
`;

test("boto3: buckets in the host's name", without("python3", "-c", "import boto3"), async (t) => {
  const { endpoint, run, home } = await house(t);
  writeFileSync(join(home, "host.py"), BY_HOST);
  assert.equal(await run("python3", "host.py", new URL(endpoint).port), "ok\n");
});
