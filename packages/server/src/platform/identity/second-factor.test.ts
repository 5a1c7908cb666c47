import assert from "node:assert/strict";
import { test } from "node:test";
import { mfaArn } from "./arns.ts";
import { refOn } from "./directory.ts";
import { base32 } from "./key-ids.ts";
import { openSecondFactor } from "./second-factor.ts";
import { openTestIdentity } from "./testing.ts";
import { codeAt, stepAt } from "./totp.ts";

const ACCOUNT = "123456789012";

test("of two calls with one code at the same time one is let in, and no other user's device helps", async (t) => {
  const house = openTestIdentity(t);
  const { directory } = house.identity();
  const [state, clock, box] = [house.state(), house.clock, house.box];
  const factor = openSecondFactor({ state, box, directory, clock });
  const seed = Buffer.from("12345678901234567890");
  const device = { name: "phone", path: "/" };
  const serial = mfaArn(ACCOUNT, device);
  await state.commit({
    cause: { action: "test" },
    changes: [
      {
        put: refOn(directory.mfaDevices, ACCOUNT, "phone"),
        document: {
          ...device,
          sealedSeed: box.seal(base32(seed), serial),
          createdAt: 0,
          user: "AIDA1",
          enabledAt: 1,
          lastStep: 0,
          tags: [],
        },
        expect: "absent",
      },
    ],
  });
  const code = codeAt(seed, stepAt(clock.now()));
  assert.equal(await factor.take(ACCOUNT, "AIDA2", serial, code), "unknown-device");
  const answers = await Promise.all(Array.from({ length: 5 }, () => factor.take(ACCOUNT, "AIDA1", serial, code)));
  assert.deepEqual(answers.sort(), ["right", "wrong-code", "wrong-code", "wrong-code", "wrong-code"]);
});
