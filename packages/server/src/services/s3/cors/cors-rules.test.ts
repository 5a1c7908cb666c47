import assert from "node:assert/strict";
import { test } from "node:test";
import { type CorsRule, ruleFor } from "./cors-rules.ts";

const rule = (more: Partial<CorsRule>): CorsRule => ({
  origins: ["*"],
  methods: ["GET"],
  headers: [],
  exposed: [],
  ...more,
});
const f = (given: CorsRule, origin: string, method: string, headers: string[], expected: boolean) =>
  test(`${JSON.stringify(given.origins)} ${origin} ${method} ${headers}`, () =>
    assert.equal(ruleFor([given], { origin, method, headers }) !== undefined, expected));

f(rule({}), "http://a.example", "GET", [], true);
f(rule({}), "http://a.example", "PUT", [], false);
f(rule({ origins: ["http://*.example"] }), "http://a.example", "GET", [], true);
f(rule({ origins: ["http://*.example"] }), "https://a.example", "GET", [], false);
f(rule({ origins: ["http://*.example"] }), "http://.exampl", "GET", [], false);
f(rule({ origins: ["http://a.example"] }), "http://a.example.evil", "GET", [], false);
f(rule({ origins: ["http://a.example"] }), "http://axexample", "GET", [], false);
f(rule({}), "http://a.example", "GET", ["x-amz-date"], false);
f(rule({ headers: ["X-Amz-*"] }), "http://a.example", "GET", ["x-amz-date"], true);
f(rule({ headers: ["*"] }), "http://a.example", "GET", ["x-amz-date", "content-type"], true);
f(rule({ headers: ["content-type"] }), "http://a.example", "GET", ["x-amz-date", "content-type"], false);
