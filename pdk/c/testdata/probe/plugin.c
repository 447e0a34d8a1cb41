/* What the conformance contract does not reach: every service of the host, and JSON read and written again. */
#include "dougong.h"

static dg_value *same(dg_ctx *c, const dg_value *args)
{
	return dg_push(c, dg_array(c), args);
}

static bool storage(dg_ctx *c, dg_value *r)
{
	bool found;
	dg_bytes value;
	if (!dg_kv_get(c, "present", &found, &value))
		return false;
	dg_set(c, r, "present", dg_bytes_value(c, value));
	if (!dg_kv_get(c, "absent", &found, &value))
		return false;
	dg_set(c, r, "absent", dg_bool(c, !found));
	if (!dg_kv_set(c, "k", (dg_bytes){(const uint8_t *)"v", 1}) || !dg_kv_delete(c, "k"))
		return false;
	const dg_value *keys = dg_kv_list(c, "p");
	dg_set(c, r, "keys", keys);
	return keys != NULL;
}

static bool network(dg_ctx *c, dg_value *r)
{
	const dg_header headers[] = {{"a", "1"}, {"b", "2"}, {"a", "3"}, {0}};
	dg_http_request q = {.method = "POST", .url = "https://x.example/", .headers = headers, .body = {(const uint8_t *)"b", 1}, .timeout_ms = 5};
	dg_http_response page;
	if (!dg_http(c, &q, &page))
		return false;
	dg_set(c, r, "status", dg_int(c, page.status));
	dg_set(c, r, "header", dg_text_value(c, dg_http_header(&page, "Content-Type")));
	dg_set(c, r, "body", dg_bytes_value(c, page.body));
	return dg_check_domain(c, "request", "https://x.example/");
}

static bool people(dg_ctx *c, dg_value *r)
{
	const char *const buttons[] = {"yes", "no", NULL};
	int button;
	dg_text secret;
	dg_bytes key;
	uint64_t was;
	if (!dg_confirm(c, "t", "c", buttons, &button) || !dg_secret(c, "n", &secret) || !dg_data_key(c, 16, &key) || !dg_anchor(c, UINT64_MAX, &was))
		return false;
	dg_set(c, r, "button", dg_int(c, button));
	dg_set(c, r, "secret", dg_text_value(c, secret));
	dg_set(c, r, "key", dg_bytes_value(c, key));
	dg_set(c, r, "was", dg_text_value(c, dg_format(c, "%llu", (unsigned long long)was)));
	return true;
}

static dg_value *services(dg_ctx *c, const dg_value *args)
{
	(void)args;
	dg_value *r = dg_object(c), *data = dg_set(c, dg_object(c), "x", dg_number(c, 1.5));
	if (!storage(c, r) || !network(c, r) || !people(c, r) || !dg_after(c, 5, "m", data) || dg_service(c, "x.y", data) == NULL)
		return NULL;
	dg_log(c, DG_DEBUG, "line", NULL);
	dg_log(c, DG_ERROR, "行", "a", "1", "b", "", NULL);
	if (!dg_emit(c, "e", data) || !dg_end(c, "f", NULL))
		return NULL;
	return r;
}

static const dg_method methods[] = {{"same", .call = same}, {"services", .call = services}, {0}};
static const dg_capability capabilities[] = {{"dougong.probe/v1", methods}, {0}};
const dg_plugin dougong_plugin = {.id = "dougong.probe.c", .version = "1.0.0", .capabilities = capabilities};
