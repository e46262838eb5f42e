// A client of the Publisher and Media services that shares no code with ours, written from the API reference.
// `node client.mjs BASE_URL` works through the life of some posts and meets every error; one line per check.
import assert from "node:assert/strict";

const base = process.argv[2];
const publisher = `${base}/social-publisher/v1`;
const site = "3d5c1b7a-0f2e-4c8d-9a6b-1e2f3a4b5c6d";
const key = { Authorization: "emulator-key", "wix-site-id": site };
const author = "urn:li:organization:90411822";
const unknown = "00000000-0000-4000-8000-000000000000";

class WixError extends Error {
  constructor(status, body) {
    super(body?.message ?? `status ${status}`);
    this.status = status;
    this.code = body?.details?.applicationError?.code
      ?? body?.details?.validationError?.fieldViolations?.[0]?.violatedRule;
  }
}

async function call(method, url, body, headers = key) {
  const response = await fetch(url, {
    method,
    headers: { Accept: "application/json", ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const json = response.headers.get("content-type")?.startsWith("application/json") && text ? JSON.parse(text) : null;
  if (!response.ok) throw new WixError(response.status, json);
  return json;
}

const api = (method, path, body) => call(method, publisher + path, body);
const control = (method, path, body) => call(method, `${base}/_emulator/${path}`, body, {});
const linkedin = (caption, more = {}) => ({
  channel: { name: "LINKEDIN", accountId: author }, type: "POST", linkedinPost: { authorId: author, caption }, ...more,
});
const create = async (item) => (await api("POST", "/items", { item })).item;
const publishById = async (id, scheduledDate) => (await api("POST", "/publish-by-id", { id, ...(scheduledDate && { scheduledDate }) })).item;
const reschedule = async (id, scheduledDate) => (await api("POST", `/items/${id}/reschedule`, { scheduledDate })).item;
const cancel = async (id) => (await api("PATCH", `/items/${id}/cancel`, {})).item;
const get = async (id) => (await api("GET", `/items/${id}`)).item;

const steps = [];
const step = (name, run) => steps.push([name, run]);
const meets = (code, status, name, run) => step(`${code}: ${name}`, async () => {
  const error = await run().then(() => null, (thrown) => thrown);
  assert.ok(error instanceof WixError, `nothing was refused: ${error}`);
  assert.deepEqual([error.code, error.status], [code, status]);
});

step("connected, and which account", async () => {
  assert.equal((await api("GET", "/LINKEDIN/long-lived-token-status")).status, "VALID");
  const { accounts } = await api("GET", "/accounts?channelName=LINKEDIN");
  assert.equal(accounts.find((entry) => entry.linkedin.settings.default).linkedin.id, author);
  const { features } = await api("GET", "/features?featureTypes=PUBLISH_POST&featureTypes=SCHEDULE_POST");
  assert.ok(features.every((feature) => feature.enabled));
});

step("a picture is uploaded and becomes ready", async () => {
  const media = `${base}/site-media/v1`;
  const { uploadUrl } = await call("POST", `${media}/files/generate-upload-url`, { mimeType: "image/png", fileName: "mug.png" });
  const put = await fetch(uploadUrl, { method: "PUT", headers: { "Content-Type": "image/png" }, body: new Uint8Array([1, 2, 3]) });
  const { file } = await put.json();
  const found = await call("GET", `${media}/files/get-file-by-id?fileId=${encodeURIComponent(file.id)}`);
  assert.equal(found.file.operationStatus, "READY");
  const mediaWrapper = { media: [{ type: "IMAGE", url: file.url }] };
  const item = await create({ channel: { name: "PINTEREST", accountId: "4455" }, type: "POST",
    pinterestPost: { boardId: "99887766", title: "Mug", mediaWrapper } });
  assert.equal((await publishById(item.id)).status, "PUBLISHED");
});

step("create, schedule, update, reschedule, and it goes out at its time", async () => {
  const draft = await create(linkedin("first", { referenceId: "js-1" }));
  assert.equal(draft.status, "DRAFT");
  assert.equal((await publishById(draft.id, "2026-12-01T08:00:00Z")).status, "SCHEDULED");
  await api("PATCH", `/items/${draft.id}`, { item: { id: draft.id, linkedinPost: { authorId: author, caption: "second" } } });
  await reschedule(draft.id, "2026-12-02T08:00:00Z");
  const query = { filter: { status: "SCHEDULED" }, sort: [{ fieldName: "schedulingInfo.scheduledDate", order: "ASC" }] };
  const listed = await api("POST", "/items/query", { query });
  assert.deepEqual(listed.items.map((item) => item.id), [draft.id]);
  await control("POST", "clock/advance", { by: "8d" });
  const final = await get(draft.id);
  assert.equal(final.status, "PUBLISHED");
  assert.match(final.channel.externalItemUrl, /^https:\/\/www\.linkedin\.com\//);
  const { feed } = await control("GET", `feed?site=${site}`);
  assert.deepEqual(feed.filter((entry) => entry.item === draft.id).map((entry) => [entry.time, entry.content.caption]),
    [["2026-12-02T08:00:00.000Z", "second"]]);
  await assert.rejects(cancel(draft.id), { code: "ITEM_IS_PUBLISHED", status: 428 });
});

step("a canceled post never goes out", async () => {
  const item = await create(linkedin("never"));
  await publishById(item.id, "2027-01-01T08:00:00Z");
  assert.equal((await cancel(item.id)).status, "CANCELED");
  await control("POST", "clock/advance", { by: "100d" });
  const { feed } = await control("GET", `feed?site=${site}`);
  assert.ok(feed.every((entry) => entry.item !== item.id));
});

step("publish in one step, and in bulk", async () => {
  assert.equal((await api("POST", "/publish", { item: linkedin("at once") })).item.status, "PUBLISHED");
  const bulk = await api("POST", "/bulk/publish", { items: [linkedin("one"), linkedin("two")] });
  assert.equal(bulk.bulkActionMetadata.totalSuccesses, 2);
});

step("a lost answer is settled by reading, and the retry meets its own reference", async () => {
  await control("POST", "faults", { do: "reset", when: "after", operation: "create_draft_item" });
  await assert.rejects(create(linkedin("lost", { referenceId: "js-lost" })), TypeError);
  await assert.rejects(create(linkedin("lost", { referenceId: "js-lost" })), { code: "REFERENCE_ID_ALREADY_EXIST", status: 409 });
  const { items } = await api("POST", "/items/query", { query: { filter: { status: "DRAFT" } } });
  assert.equal(items.filter((item) => item.referenceId === "js-lost").length, 1);
});

const setting = (values) => control("PUT", "settings", values);
const past = "2020-01-01T00:00:00Z";
const future = "2040-01-01T00:00:00Z";
const scheduled = async () => publishById((await create(linkedin("x"))).id, future);
const inStatus = async (status, seconds) => {
  const { item } = await api("POST", "/publish", { item: linkedin("x", { schedulingInfo: { scheduledDate: future } }) });
  await setting({ [status === "PROCESSING" ? "processing_seconds" : "in_queue_seconds"]: seconds });
  await control("PUT", "clock", { now: future });
  return item.id;
};

meets("ITEM_NOT_EXISTS", 404, "an unknown id", () => get(unknown));
meets("ITEM_IS_DELETED", 428, "deleted twice", async () => {
  const { id } = await create(linkedin("x"));
  await api("DELETE", `/items/${id}`);
  await api("DELETE", `/items/${id}`);
});
meets("ITEM_IS_PUBLISHED", 428, "rescheduled too late", async () => {
  const { item } = await api("POST", "/publish", { item: linkedin("x") });
  await reschedule(item.id, future);
});
meets("REFERENCE_ID_ALREADY_EXIST", 409, "one reference, two drafts", async () => {
  await create(linkedin("x", { referenceId: "js-twice" }));
  await create(linkedin("x", { referenceId: "js-twice" }));
});
meets("INELIGIBLE_FOR_FEATURE", 428, "scheduling is not in the plan", async () => {
  await setting({ features: { SCHEDULE_POST: { enabled: false } } });
  await scheduled();
});
meets("PUBLISH_LIMIT_EXCEEDED", 429, "too many a minute", async () => {
  await setting({ publish_limit_per_minute: 1 });
  await api("POST", "/publish", { item: linkedin("x") });
  await api("POST", "/publish", { item: linkedin("x") });
});
meets("SCHEDULED_TIME_ALREADY_PASSED", 400, "a date in the past", async () => publishById((await create(linkedin("x"))).id, past));
meets("SCHEDULED_TIME_ALREADY_PASSED", 428, "rescheduled into the past", async () => reschedule((await scheduled()).id, past));
meets("UNSUPPORTED_CHANNEL", 428, "accounts of no channel", () => api("GET", "/accounts"));
meets("USER_NOT_EXIST_FOR_CHANNEL", 400, "never connected", () => api("GET", "/accounts?channelName=TWITTER"));
meets("USER_IS_DISCONNECTED", 400, "disconnected", async () => {
  await api("DELETE", "/TIKTOK/account");
  await api("GET", "/accounts?channelName=TIKTOK");
});
meets("NO_PAGES_FOR_USER", 428, "no page granted", async () => {
  await setting({ no_pages: "NO_PAGES_FOR_USER" });
  await control("POST", "dashboard/connect", { site, channel: "FACEBOOK", accounts: [] });
  await api("GET", "/accounts?channelName=FACEBOOK");
});
meets("GENERATED_IMAGE_NOT_FOUND", 404, "an unknown execution", () => api("GET", `/generated-image/${unknown}`));
meets("CHANNEL_REJECTED", 428, "no author", async () => {
  const item = linkedin("x");
  delete item.linkedinPost.authorId;
  await api("POST", "/publish", { item });
});
meets("ITEM_IS_NOT_SCHEDULED", 428, "a draft is canceled", async () => cancel((await create(linkedin("x"))).id));
meets("ITEM_ALREADY_CANCELED", 409, "canceled twice", async () => {
  const { id } = await scheduled();
  await cancel(id);
  await cancel(id);
});
meets("ITEM_IS_CANCELED", 428, "published after a cancel", async () => {
  const { id } = await scheduled();
  await cancel(id);
  await publishById(id);
});
meets("ITEM_CANNOT_BE_UPDATED", 400, "edited after publication", async () => {
  const { item } = await api("POST", "/publish", { item: linkedin("x") });
  await api("PATCH", `/items/${item.id}`, { item: { linkedinPost: { caption: "y" } } });
});
meets("ITEM_IS_PROCESSING", 428, "published while it goes out", async () => publishById(await inStatus("PROCESSING", 60)));
meets("ITEM_HAS_FAILED", 428, "published after it failed", async () => {
  await setting({ publish_outcome: { "*": "FAILED" } });
  await publishById((await api("POST", "/publish", { item: linkedin("x") })).item.id);
});
meets("FILE_NOT_FOUND", 404, "an unknown file", () => call("GET", `${base}/site-media/v1/files/get-file-by-id?fileId=none`));
meets("UNSUPPORTED_FILE_FORMAT", 400, "a page is no picture", () =>
  call("POST", `${base}/site-media/v1/files/generate-upload-url`, { mimeType: "text/html" }));
meets("REQUIRED_FIELD", 400, "no account", () =>
  create({ channel: { name: "LINKEDIN" }, type: "POST", linkedinPost: { caption: "x" } }));
meets("MAX_LENGTH", 400, "a caption that is too long", () => create(linkedin("x".repeat(3001))));
meets("UNKNOWN_FIELD", 400, "a field nobody documents", () => create(linkedin("x", { consumerInfo: {} })));
meets("UNAUTHENTICATED", 401, "a wrong key", () => call("GET", `${publisher}/accounts?channelName=GBP`, undefined, { ...key, Authorization: "wrong" }));
meets("PERMISSION_DENIED", 403, "no site of that name", () =>
  call("GET", `${publisher}/accounts?channelName=GBP`, undefined, { ...key, "wix-site-id": "none" }));

let failed = 0;
for (const [name, run] of steps) {
  await control("POST", "reset", {});
  await control("PUT", "clock", { now: "2026-11-24T09:00:00Z", speed: 0 });
  try {
    await run();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n     ${error.stack}`);
  }
}
console.log(`${steps.length} checks, ${failed} failed`);
process.exit(failed ? 1 : 0);
