/* The JSON writer. What a plugin puts into a string that is not UTF-8 becomes U+FFFD, so that the reply is always well-formed. */

typedef struct dg_writer {
	dg_ctx *c;
	char *at;
	size_t size, room;
	dg_bytes *blobs;
	size_t count, places;
} dg_writer;

static void dg_put(dg_writer *w, const char *s, size_t n)
{
	if (w->room - w->size < n) {
		size_t room = (w->size + n) * 2 + 256;
		char *at = dg_allocate(w->c, room);
		if (w->size > 0)
			memcpy(at, w->at, w->size);
		w->at = at;
		w->room = room;
	}
	memcpy(w->at + w->size, s, n);
	w->size += n;
}

static void dg_put_word(dg_writer *w, const char *s)
{
	dg_put(w, s, strlen(s));
}

static void dg_put_escape(dg_writer *w, uint8_t ch)
{
	static const char hex[] = "0123456789abcdef";
	char e[6] = {'\\', 'u', '0', '0', hex[ch >> 4], hex[ch & 15]};
	if (ch == '"' || ch == '\\') {
		e[1] = (char)ch;
		dg_put(w, e, 2);
	} else if (ch == '\n') {
		dg_put_word(w, "\\n");
	} else {
		dg_put(w, e, 6);
	}
}

static void dg_write_string(dg_writer *w, dg_text t)
{
	const uint8_t *s = (const uint8_t *)t.at;
	dg_put_word(w, "\"");
	for (size_t i = 0; i < t.size;) {
		size_t n = dg_unescaped(s + i, t.size - i), good = dg_valid(s + i, n);
		if (good > 0)
			dg_put(w, t.at + i, good);
		i += good;
		if (i == t.size)
			break;
		if (good < n)
			dg_put_word(w, "\xEF\xBF\xBD");
		else
			dg_put_escape(w, s[i]);
		i++;
	}
	dg_put_word(w, "\"");
}

static void dg_write_bytes(dg_writer *w, dg_bytes b)
{
	if (w->count == w->places) {
		w->places = w->places * 2 + 4;
		dg_bytes *blobs = dg_allocate(w->c, w->places * sizeof *blobs);
		if (w->count > 0)
			memcpy(blobs, w->blobs, w->count * sizeof *blobs);
		w->blobs = blobs;
	}
	dg_text n = dg_format(w->c, "{\"$blob\":%zu}", w->count);
	w->blobs[w->count++] = b;
	dg_put(w, n.at, n.size);
}

/* The recursion ends at DG_DEPTH; a frame is small. */
static bool dg_write_value(dg_writer *w, const dg_value *v, int depth)
{
	switch (dg_kind_of(v)) {
	case DG_NULL:
		dg_put_word(w, "null");
		return true;
	case DG_BOOL:
		dg_put_word(w, v->truth ? "true" : "false");
		return true;
	case DG_NUMBER:
		dg_put(w, v->text.at, v->text.size);
		return true;
	case DG_STRING:
		dg_write_string(w, v->text);
		return true;
	case DG_BYTES:
		dg_write_bytes(w, v->bytes);
		return true;
	default:
		break;
	}
	if (depth == DG_DEPTH) {
		dg_fail(w->c, DG_INTERNAL, "internal", "the plugin made a value that is nested more than %d deep", DG_DEPTH);
		return false;
	}
	bool object = v->kind == DG_OBJECT;
	dg_put_word(w, object ? "{" : "[");
	for (const dg_value *m = v->first; m != NULL; m = m->next) {
		if (m != v->first)
			dg_put_word(w, ",");
		if (object) {
			dg_write_string(w, m->name);
			dg_put_word(w, ":");
		}
		if (!dg_write_value(w, m, depth + 1))
			return false;
	}
	dg_put_word(w, object ? "}" : "]");
	return true;
}

bool dg_write(dg_ctx *c, const dg_value *v, dg_payload *out)
{
	dg_writer w = {c, NULL, 0, 0, NULL, 0, 0};
	*out = (dg_payload){{"", 0}, NULL, 0};
	if (!dg_write_value(&w, v, 0))
		return false;
	*out = (dg_payload){{w.at, w.size}, w.blobs, w.count};
	return true;
}
