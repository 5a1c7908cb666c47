import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./page-entry.ts";
import { href, routeOf, titleOf, trailOf } from "./route.ts";

const load = () => Promise.reject(new Error("no page is loaded here"));
const pages = [
  page("/", "Home", load),
  page("/logs/groups", "Log groups", load),
  page("/logs/groups/:group", ":group", load),
  page("/logs/groups/:group/events", "Events", load),
];

test("a page's address carries any name, and leads back to it", () => {
  for (const group of ["/aws/rds/instance/a b/error", "50%", "a?b#c&d=e", "ä☃", "..", "a/../b"]) {
    const route = routeOf(href("/logs/groups/:group", { group }, { tab: "tags", none: undefined }), pages);
    assert.equal(route?.params.group, group);
    assert.equal(route?.entry.path, "/logs/groups/:group");
    assert.deepEqual([...(route?.query ?? [])], [["tab", "tags"]]);
  }
});

test("an address without a needed part is a mistake of the page that makes it", () => {
  assert.throws(() => href("/logs/groups/:group"), /needs group/);
});

test("no address is the home page, and unknown ones are no page", () => {
  assert.equal(routeOf("", pages)?.entry.title, "Home");
  assert.equal(routeOf("#/", pages)?.entry.title, "Home");
  assert.equal(routeOf("#/logs", pages), undefined);
  assert.equal(routeOf("#/logs/groups/%E0%A4%A", pages), undefined);
});

test("the trail goes from the shortest path to the page's own, with titles filled in", () => {
  const route = routeOf("#/logs/groups/web/events", pages) ?? assert.fail();
  assert.deepEqual(
    trailOf(route, pages).map((entry) => titleOf(entry, route.params)),
    ["Log groups", "web", "Events"],
  );
});

test("a name in a title can not turn the rest of it around", () => {
  const route = routeOf(href("/logs/groups/:group", { group: "a\u202eb" }), pages) ?? assert.fail();
  assert.equal(titleOf(route.entry, route.params), "a\\u202eb");
});
