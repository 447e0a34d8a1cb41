/*
 * The kit's readers and writers as a native program, for the sanitizers. It reads pairs of messages from standard input, each after its
 * size: a request, and what the host answers to every service that the request's method asks for. It writes the reply.
 */
#include "../../dougong/dougong.c"

static const uint8_t *answer;
static uint32_t answer_size;

uint32_t dg_host_service(const void *request, uint32_t size)
{
	(void)request, (void)size;
	return answer_size;
}

void dg_host_reply(void *into, uint32_t size)
{
	if (size != answer_size)
		abort();
	if (size > 0)
		memcpy(into, answer, size);
}

uint32_t dg_host_emit(const void *event, uint32_t size)
{
	(void)event, (void)size;
	return answer_size;
}

void dg_host_log(const void *line, uint32_t size)
{
	if (size > 0 && ((const uint8_t *)line)[0] != 1)
		abort();
}

/* Answers with its arguments, read and written again. */
static dg_value *same(dg_ctx *c, const dg_value *args)
{
	return dg_push(c, dg_array(c), args);
}

/* Reads every number in every way. */
static dg_value *numbers(dg_ctx *c, const dg_value *args)
{
	dg_value *r = dg_array(c);
	for (const dg_value *v = dg_first(args); v != NULL; v = dg_next(v)) {
		int64_t n;
		dg_push(c, r, dg_as_int(v, &n) ? dg_int(c, n) : NULL);
		dg_push(c, r, dg_number(c, dg_as_number(v, 0)));
	}
	return r;
}

/* Calls every service; the answers are made up, so each may fail. */
static dg_value *services(dg_ctx *c, const dg_value *args)
{
	bool found;
	int button;
	uint64_t was;
	dg_bytes bytes;
	dg_text text;
	dg_http_response page;
	const dg_header headers[] = {{"a", "1"}, {"b", "2"}, {"a", "3"}, {0}};
	const char *const buttons[] = {"yes", "no", NULL};
	bool ok = dg_kv_get(c, "k", &found, &bytes);
	ok &= dg_kv_set(c, "k", bytes);
	ok &= dg_kv_delete(c, "k");
	ok &= dg_http(c, &(dg_http_request){.url = "u", .headers = headers, .body = {(const uint8_t *)"b", 1}, .timeout_ms = 5}, &page);
	text = dg_http_header(&page, "Content-Type");
	ok &= dg_confirm(c, "t", "c", buttons, &button);
	ok &= dg_secret(c, "n", &text);
	ok &= dg_data_key(c, 16, &bytes);
	ok &= dg_anchor(c, UINT64_MAX, &was);
	ok &= dg_check_domain(c, "request", "u");
	ok &= dg_after(c, 5, "m", args);
	ok &= dg_emit(c, "e", args);
	ok &= dg_end(c, "e", args);
	dg_log(c, DG_INFO, "line", "a", "1", "b", NULL);
	dg_service(c, "x", args);
	dg_fail_data(c, args);
	return ok ? dg_text_value(c, text) : NULL;
}

/* Needs one field of each type. */
static dg_value *fields(dg_ctx *c, const dg_value *args)
{
	dg_text t;
	dg_bytes b;
	int64_t i;
	double d;
	bool y;
	if (dg_need_text(c, args, "t", &t) && dg_need_bytes(c, args, "b", &b) && dg_need_int(c, args, "i", &i) && dg_need_number(c, args, "d", &d) && dg_need_bool(c, args, "y", &y))
		return dg_int(c, (int64_t)(t.size + b.size + dg_count(args) + dg_characters(t)));
	return NULL;
}

static const dg_method methods[] = {{"same", .call = same}, {"numbers", .call = numbers}, {"services", .call = services}, {"fields", .call = fields}, {0}};
static const dg_capability capabilities[] = {{"dougong.probe/v1", methods}, {0}};
const dg_plugin dougong_plugin = {.id = "com.example.native", .version = "1.0.0", .capabilities = capabilities};

/* Memory of exactly the message's size, so that a read past its end is seen. */
static uint8_t *next(uint32_t *size)
{
	if (fread(size, 1, 4, stdin) != 4)
		return NULL;
	uint8_t *at = malloc(*size == 0 ? 1 : *size);
	if (at == NULL || fread(at, 1, *size, stdin) != *size)
		abort();
	return at;
}

int main(void)
{
	dg_ctx c = {0};
	uint32_t size;
	for (uint8_t *request; (request = next(&size)) != NULL;) {
		answer = next(&answer_size);
		dg_reset(&c);
		dg_bytes reply = dg_serve(&c, request, size);
		uint32_t n = (uint32_t)reply.size;
		fwrite(&n, 1, 4, stdout);
		fwrite(reply.at, 1, n, stdout);
		fflush(stdout);
		free(request);
		free((void *)answer);
	}
	dg_reset(&c);
	free(c.blocks);
	return 0;
}
