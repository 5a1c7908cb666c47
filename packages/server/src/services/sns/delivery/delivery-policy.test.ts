import assert from "node:assert/strict";
import { test } from "node:test";
import { deliveryPolicyFault, effectivePolicy } from "./delivery-policy.ts";

test("the subscription's policy goes before the topic's, and both before AWS's", () => {
  const topic = JSON.stringify({
    http: { defaultHealthyRetryPolicy: { numRetries: 5 }, defaultThrottlePolicy: { maxReceivesPerSecond: 2 } },
  });
  const own = JSON.stringify({
    healthyRetryPolicy: { numRetries: 7 },
    requestPolicy: { headerContentType: "application/json" },
  });
  const numbers = (subscription?: string, of?: string) => {
    const { healthyRetryPolicy, throttlePolicy, requestPolicy } = effectivePolicy(subscription, of);
    return [
      healthyRetryPolicy.numRetries,
      healthyRetryPolicy.minDelayTarget,
      throttlePolicy?.maxReceivesPerSecond,
      requestPolicy.headerContentType,
    ];
  };
  assert.deepEqual(numbers(), [3, 20, undefined, "text/plain; charset=UTF-8"]);
  assert.deepEqual(numbers(undefined, topic), [5, 20, 2, "text/plain; charset=UTF-8"]);
  assert.deepEqual(numbers(own, topic), [7, 20, 2, "application/json"]);
  const fixed = JSON.stringify({
    http: { defaultHealthyRetryPolicy: { numRetries: 5 }, disableSubscriptionOverrides: true },
  });
  assert.deepEqual(numbers(own, fixed), [5, 20, undefined, "text/plain; charset=UTF-8"]);
});

test("a policy that can't be used is refused with the reason", () => {
  const f = (policy: object, fault: RegExp | undefined) => {
    const found = deliveryPolicyFault(JSON.stringify(policy), "subscription");
    if (fault === undefined) assert.equal(found, undefined);
    else assert.match(found ?? "", fault);
  };
  f({}, undefined);
  f(
    {
      healthyRetryPolicy: {
        numRetries: 10,
        numNoDelayRetries: 2,
        minDelayTarget: 1,
        maxDelayTarget: 60,
        backoffFunction: "geometric",
      },
    },
    undefined,
  );
  f({ healthyRetryPolicy: { numRetries: 101 } }, /numRetries must be/);
  f({ healthyRetryPolicy: { numRetries: 1, numNoDelayRetries: 2 } }, /sum of the other/);
  f({ healthyRetryPolicy: { minDelayTarget: 0 } }, /minDelayTarget must be/);
  f({ healthyRetryPolicy: { minDelayTarget: 30 } }, /maxDelayTarget must be greater/);
  f({ healthyRetryPolicy: { backoffFunction: "random" } }, /backoffFunction/);
  f({ throttlePolicy: { maxReceivesPerSecond: 0 } }, /maxReceivesPerSecond/);
  f({ requestPolicy: { headerContentType: "text/plain\r\nx: y" } }, /headerContentType/);
  f({ other: 1 }, /unexpected JSON member: other/);
  assert.match(deliveryPolicyFault("{", "topic") ?? "", /failed to parse/);
});
