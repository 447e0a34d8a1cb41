/*
 * The JSON reader (RFC 8259). It keeps no stack of its own: an open container is found by the parent of its members. Numbers stay text,
 * so that none loses digits on its way through a plugin. A lone surrogate becomes U+FFFD, as in the other kits.
 */
#define DG_DEPTH 512 /* as deep as the host lets a payload nest */

typedef struct dg_parser {
	dg_ctx *c;
	const uint8_t *s;
	size_t at, size;
	const dg_payload *from;
	int depth;
	bool failed;
} dg_parser;

static void *dg_bad(dg_parser *p, size_t at, const char *what)
{
	if (!p->failed)
		dg_fail(p->c, DG_INVALID_PARAMS, "invalidParams", "malformed JSON at byte %zu: %s", at, what);
	p->failed = true;
	return NULL;
}

static int dg_peek(const dg_parser *p)
{
	return p->at < p->size ? p->s[p->at] : -1;
}

static int dg_peek_past_space(dg_parser *p)
{
	int ch = dg_peek(p);
	while (ch == ' ' || ch == '\n' || ch == '\r' || ch == '\t') {
		p->at++;
		ch = dg_peek(p);
	}
	return ch;
}

static char *dg_put_rune(char *to, uint32_t r)
{
	if (r < 0x80) {
		*to++ = (char)r;
	} else if (r < 0x800) {
		*to++ = (char)(0xC0 | r >> 6);
		*to++ = (char)(0x80 | (r & 0x3F));
	} else if (r < 0x10000) {
		*to++ = (char)(0xE0 | r >> 12);
		*to++ = (char)(0x80 | (r >> 6 & 0x3F));
		*to++ = (char)(0x80 | (r & 0x3F));
	} else {
		*to++ = (char)(0xF0 | r >> 18);
		*to++ = (char)(0x80 | (r >> 12 & 0x3F));
		*to++ = (char)(0x80 | (r >> 6 & 0x3F));
		*to++ = (char)(0x80 | (r & 0x3F));
	}
	return to;
}

/* The four hex digits at an offset; -1: they are not there. */
static int32_t dg_hex4(const dg_parser *p, size_t at)
{
	int32_t n = 0;
	if (at > p->size || p->size - at < 4)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		int ch = p->s[i], lower = ch | 0x20;
		int digit = ch >= '0' && ch <= '9' ? ch - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
		if (digit < 0)
			return -1;
		n = n << 4 | digit;
	}
	return n;
}

/* Resolves the escape at p->at, which is a backslash. An escape is never shorter than what it stands for. */
static char *dg_escape(dg_parser *p, char *to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	size_t start = p->at++;
	int ch = dg_peek(p);
	const char *simple = ch > 0 ? strchr(from, ch) : NULL;
	p->at++;
	if (simple != NULL) {
		*to = into[simple - from];
		return to + 1;
	}
	int32_t r = ch == 'u' ? dg_hex4(p, p->at) : -1;
	if (r < 0)
		return dg_bad(p, start, "expected an escape such as \\n or \\u00e9");
	p->at += 4;
	if (r >= 0xD800 && r < 0xE000) {
		int32_t low = r < 0xDC00 && dg_peek(p) == '\\' && p->size - p->at > 1 && p->s[p->at + 1] == 'u' ? dg_hex4(p, p->at + 2) : -1;
		if (low >= 0xDC00 && low < 0xE000) {
			p->at += 6;
			r = 0x10000 + ((r - 0xD800) << 10 | (low - 0xDC00));
		} else {
			r = 0xFFFD;
		}
	}
	return dg_put_rune(to, (uint32_t)r);
}

/* Where the string that begins at p->at ends; 0: nowhere. */
static size_t dg_string_end(const dg_parser *p)
{
	for (size_t i = p->at + 1; i < p->size; i++) {
		i += dg_unescaped(p->s + i, p->size - i);
		if (i < p->size && p->s[i] == '"')
			return i;
		if (i < p->size && p->s[i] == '\\')
			i++;
	}
	return 0;
}

/* Reads a string, in pieces between its escapes. */
static bool dg_parse_string(dg_parser *p, dg_text *out)
{
	size_t end = dg_string_end(p);
	if (end == 0)
		return dg_bad(p, p->at, "this string has no end");
	char *start = dg_allocate(p->c, end - p->at), *to = start;
	p->at++;
	while (p->at < end) {
		const uint8_t *s = p->s + p->at;
		size_t n = dg_unescaped(s, end - p->at), good = dg_valid(s, n);
		memcpy(to, s, good);
		to += good;
		p->at += good;
		if (good < n)
			return dg_bad(p, p->at, "this is not UTF-8");
		if (p->at == end)
			break;
		if (p->s[p->at] != '\\')
			return dg_bad(p, p->at, "a control character has to be escaped");
		to = dg_escape(p, to);
		if (to == NULL)
			return false;
	}
	p->at = end + 1;
	*out = (dg_text){start, (size_t)(to - start)};
	return true;
}

static size_t dg_parse_digits(dg_parser *p)
{
	size_t from = p->at;
	while (dg_peek(p) >= '0' && dg_peek(p) <= '9')
		p->at++;
	return p->at - from;
}

static bool dg_parse_number(dg_parser *p, dg_text *out)
{
	size_t start = p->at;
	if (dg_peek(p) == '-')
		p->at++;
	size_t first = p->at, digits = dg_parse_digits(p);
	if (digits == 0 || (digits > 1 && p->s[first] == '0'))
		return dg_bad(p, first, "expected a number without leading zeros");
	if (dg_peek(p) == '.') {
		p->at++;
		if (dg_parse_digits(p) == 0)
			return dg_bad(p, p->at, "expected a digit after the point");
	}
	if (dg_peek(p) == 'e' || dg_peek(p) == 'E') {
		p->at++;
		if (dg_peek(p) == '+' || dg_peek(p) == '-')
			p->at++;
		if (dg_parse_digits(p) == 0)
			return dg_bad(p, p->at, "expected a digit of the exponent");
	}
	*out = (dg_text){dg_copy(p->c, p->s + start, p->at - start), p->at - start};
	return true;
}

static bool dg_parse_word(dg_parser *p, const char *word)
{
	size_t n = strlen(word);
	if (p->size - p->at < n || memcmp(p->s + p->at, word, n) != 0)
		return dg_bad(p, p->at, "expected a value");
	p->at += n;
	return true;
}

/* Reads a scalar, or opens a container. */
static dg_value *dg_parse_one(dg_parser *p)
{
	int ch = dg_peek_past_space(p);
	dg_value *v = dg_make(p->c, DG_NULL);
	bool ok = true;
	if (ch == '{' || ch == '[') {
		v->kind = ch == '{' ? DG_OBJECT : DG_ARRAY;
		ok = ++p->depth <= DG_DEPTH || dg_bad(p, p->at, "nested too deep");
		p->at++;
	} else if (ch == '"') {
		v->kind = DG_STRING;
		ok = dg_parse_string(p, &v->text);
	} else if (ch == '-' || (ch >= '0' && ch <= '9')) {
		v->kind = DG_NUMBER;
		ok = dg_parse_number(p, &v->text);
	} else if (ch == 't' || ch == 'f') {
		v->kind = DG_BOOL;
		v->truth = ch == 't';
		ok = dg_parse_word(p, v->truth ? "true" : "false");
	} else {
		ok = dg_parse_word(p, "null");
	}
	return ok ? v : NULL;
}

/* {"$blob": n} is attachment n. */
static bool dg_parse_blob(dg_parser *p, dg_value *v)
{
	int64_t n;
	if (v->kind != DG_OBJECT || v->first == NULL || v->first->next != NULL || !dg_text_is(v->first->name, "$blob"))
		return true;
	if (!dg_as_int(v->first, &n) || n < 0 || (uint64_t)n >= p->from->count)
		return dg_bad(p, p->at, "\"$blob\" does not name an attachment of this payload");
	v->kind = DG_BYTES;
	v->bytes = p->from->blobs[n];
	v->first = v->last = NULL;
	return true;
}

/* Reads the name and the colon before a member of an object. */
static bool dg_parse_name(dg_parser *p, dg_text *name)
{
	if (dg_peek_past_space(p) != '"')
		return dg_bad(p, p->at, "expected a member's name in quotes");
	if (!dg_parse_string(p, name))
		return false;
	if (dg_peek_past_space(p) != ':')
		return dg_bad(p, p->at, "expected a colon");
	p->at++;
	return true;
}

/* Closes open as long as its end follows, and reads the comma before the next member. Returns what is open then; NULL: nothing, or it failed. */
static dg_value *dg_parse_closers(dg_parser *p, dg_value *open)
{
	while (open != NULL) {
		int ch = dg_peek_past_space(p);
		if (ch == (open->kind == DG_OBJECT ? '}' : ']')) {
			p->at++;
			p->depth--;
			if (!dg_parse_blob(p, open))
				return NULL;
			open = open->parent;
			continue;
		}
		if (open->first == NULL)
			return open;
		if (ch != ',')
			return dg_bad(p, p->at, open->kind == DG_OBJECT ? "expected a comma or }" : "expected a comma or ]");
		p->at++;
		return open;
	}
	return NULL;
}

dg_value *dg_parse(dg_ctx *c, const dg_payload *from)
{
	if (from->json.size == 0)
		return dg_null(c);
	dg_parser p = {c, (const uint8_t *)from->json.at, 0, from->json.size, from, 0, false};
	dg_value *root = dg_parse_one(&p);
	dg_value *open = root != NULL && (root->kind == DG_OBJECT || root->kind == DG_ARRAY) ? root : NULL;
	open = dg_parse_closers(&p, open);
	while (open != NULL) {
		dg_text name = {"", 0};
		dg_value *v = open->kind == DG_ARRAY || dg_parse_name(&p, &name) ? dg_parse_one(&p) : NULL;
		if (v == NULL)
			return NULL;
		v->name = name;
		v->parent = open;
		dg_append(open, v);
		open = dg_parse_closers(&p, v->kind == DG_OBJECT || v->kind == DG_ARRAY ? v : open);
	}
	if (dg_peek_past_space(&p) != -1)
		dg_bad(&p, p.at, "nothing may follow the value");
	return p.failed ? NULL : root;
}
