/* The host's services with typed arguments and answers. */

/* Says that the host's answer is not what the protocol promises. */
static bool dg_odd_answer(dg_ctx *c, const char *service)
{
	dg_fail(c, DG_INVALID_RESULT, "invalidResult", "the host's answer to %s lacks what it has to have", service);
	return false;
}

static dg_value *dg_with(dg_ctx *c, const char *name, const char *value)
{
	return dg_set(c, dg_object(c), name, dg_string(c, value));
}

bool dg_kv_get(dg_ctx *c, const char *key, bool *found, dg_bytes *value)
{
	*found = false;
	*value = (dg_bytes){(const uint8_t *)"", 0};
	const dg_value *answer = dg_service(c, "kv.get", dg_with(c, "key", key));
	if (answer == NULL)
		return false;
	*found = dg_as_bool(dg_get(answer, "found"), false);
	if (*found)
		*value = dg_as_bytes(dg_get(answer, "value"));
	return true;
}

bool dg_kv_set(dg_ctx *c, const char *key, dg_bytes value)
{
	return dg_service(c, "kv.set", dg_set(c, dg_with(c, "key", key), "value", dg_bytes_value(c, value))) != NULL;
}

bool dg_kv_delete(dg_ctx *c, const char *key)
{
	return dg_service(c, "kv.delete", dg_with(c, "key", key)) != NULL;
}

const dg_value *dg_kv_list(dg_ctx *c, const char *prefix)
{
	dg_value *keys = dg_array(c);
	const dg_value *last = NULL;
	for (;;) {
		dg_value *args = dg_with(c, "prefix", prefix);
		if (last != NULL)
			dg_set(c, args, "after", last);
		const dg_value *answer = dg_service(c, "kv.list", args);
		if (answer == NULL)
			return NULL;
		const dg_value *k = dg_first(dg_get(answer, "keys"));
		bool more = k != NULL && dg_as_bool(dg_get(answer, "more"), false);
		for (; k != NULL; k = dg_next(k)) {
			dg_push(c, keys, k);
			last = k;
		}
		if (!more)
			return keys;
	}
}

bool dg_http(dg_ctx *c, const dg_http_request *q, dg_http_response *out)
{
	*out = (dg_http_response){0, {(const uint8_t *)"", 0}, NULL};
	dg_value *args = dg_with(c, "url", q->url);
	dg_set(c, args, "method", dg_string(c, q->method == NULL ? "GET" : q->method));
	dg_value *headers = dg_object(c);
	for (const dg_header *h = q->headers; h != NULL && h->name != NULL; h++) {
		dg_value *values = dg_array(c);
		for (const dg_value *v = dg_first(dg_get(headers, h->name)); v != NULL; v = dg_next(v))
			dg_push(c, values, v);
		dg_set(c, headers, h->name, dg_push(c, values, dg_string(c, h->value)));
	}
	if (dg_first(headers) != NULL)
		dg_set(c, args, "headers", headers);
	if (q->body.size > 0)
		dg_set(c, args, "body", dg_bytes_value(c, q->body));
	if (q->timeout_ms > 0)
		dg_set(c, args, "timeout_ms", dg_int(c, q->timeout_ms));
	const dg_value *answer = dg_service(c, "http.request", args);
	if (answer == NULL)
		return false;
	if (!dg_as_int(dg_get(answer, "status"), &out->status))
		return dg_odd_answer(c, "http.request");
	out->headers = dg_get(answer, "headers");
	out->body = dg_as_bytes(dg_get(answer, "body"));
	return true;
}

static bool dg_same_header(dg_text a, const char *b)
{
	size_t n = strlen(b);
	for (size_t i = 0; i < n && n == a.size; i++) {
		int x = a.at[i], y = b[i];
		x = x >= 'A' && x <= 'Z' ? x + 32 : x;
		y = y >= 'A' && y <= 'Z' ? y + 32 : y;
		if (x != y)
			return false;
	}
	return n == a.size;
}

dg_text dg_http_header(const dg_http_response *r, const char *name)
{
	for (const dg_value *h = dg_first(r->headers); h != NULL; h = dg_next(h))
		if (dg_same_header(dg_name(h), name))
			return dg_as_text(dg_first(h));
	return (dg_text){"", 0};
}

bool dg_confirm(dg_ctx *c, const char *title, const char *content, const char *const *buttons, int *button)
{
	*button = -1;
	int64_t n = -1, count = 0;
	dg_value *args = dg_with(c, "title", title), *list = dg_array(c);
	dg_set(c, args, "content", dg_string(c, content));
	for (; buttons[count] != NULL; count++)
		dg_push(c, list, dg_string(c, buttons[count]));
	const dg_value *answer = dg_service(c, "ui.confirm", dg_set(c, args, "buttons", list));
	if (answer == NULL)
		return false;
	if (!dg_as_int(dg_get(answer, "button"), &n) || n < -1 || n >= count)
		return dg_odd_answer(c, "ui.confirm");
	*button = (int)n;
	return true;
}

bool dg_secret(dg_ctx *c, const char *name, dg_text *value)
{
	const dg_value *answer = dg_service(c, "secret.get", dg_with(c, "name", name));
	*value = dg_as_text(dg_get(answer, "value"));
	return answer != NULL;
}

bool dg_data_key(dg_ctx *c, size_t size, dg_bytes *key)
{
	const dg_value *answer = dg_service(c, "key.data", dg_set(c, dg_object(c), "size", dg_int(c, (int64_t)size)));
	*key = dg_as_bytes(dg_get(answer, "key"));
	if (answer == NULL)
		return false;
	return key->size == size || dg_odd_answer(c, "key.data");
}

bool dg_anchor(dg_ctx *c, uint64_t at, uint64_t *was)
{
	*was = 0;
	dg_value *n = dg_make(c, DG_NUMBER);
	n->text = dg_format(c, "%llu", (unsigned long long)at);
	const dg_value *answer = dg_service(c, "key.anchor", dg_set(c, dg_object(c), "at", n));
	if (answer == NULL)
		return false;
	const dg_value *v = dg_get(answer, "was");
	if (dg_kind_of(v) != DG_NUMBER)
		return dg_odd_answer(c, "key.anchor");
	*was = strtoull(v->text.at, NULL, 10);
	return true;
}

bool dg_check_domain(dg_ctx *c, const char *list, const char *url)
{
	return dg_service(c, "domain.check", dg_set(c, dg_with(c, "list", list), "url", dg_string(c, url))) != NULL;
}

bool dg_after(dg_ctx *c, int64_t delay_ms, const char *method, const dg_value *data)
{
	dg_value *args = dg_set(c, dg_with(c, "method", method), "delay_ms", dg_int(c, delay_ms < 0 ? 0 : delay_ms));
	return dg_service(c, "timer.after", dg_set(c, args, "data", data)) != NULL;
}
