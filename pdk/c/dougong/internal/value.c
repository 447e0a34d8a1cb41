/* Values: nodes in the memory of a call, the members of a container in a list. */

struct dg_value {
	dg_kind kind;
	bool truth;
	dg_text text; /* a string, or a number as it is written in JSON */
	dg_bytes bytes;
	dg_text name;           /* in an object */
	dg_value *first, *last; /* of a container */
	dg_value *next;
	dg_value *parent; /* while it is parsed */
};

static const char *const dg_kind_names[] = {"null", "boolean", "number", "string", "bytes", "array", "object"};

dg_kind dg_kind_of(const dg_value *v)
{
	return v == NULL ? DG_NULL : v->kind;
}

/* The last of several members with one name wins, as in JavaScript. */
const dg_value *dg_get(const dg_value *object, const char *name)
{
	const dg_value *found = NULL;
	if (dg_kind_of(object) == DG_OBJECT)
		for (const dg_value *v = object->first; v != NULL; v = v->next)
			if (dg_text_is(v->name, name))
				found = v;
	return found;
}

const dg_value *dg_first(const dg_value *v)
{
	return v == NULL ? NULL : v->first;
}

const dg_value *dg_next(const dg_value *v)
{
	return v == NULL ? NULL : v->next;
}

size_t dg_count(const dg_value *v)
{
	size_t n = 0;
	for (v = dg_first(v); v != NULL; v = v->next)
		n++;
	return n;
}

dg_text dg_name(const dg_value *member)
{
	return member == NULL || member->name.at == NULL ? (dg_text){"", 0} : member->name;
}

bool dg_as_bool(const dg_value *v, bool otherwise)
{
	return dg_kind_of(v) == DG_BOOL ? v->truth : otherwise;
}

double dg_as_number(const dg_value *v, double otherwise)
{
	return dg_kind_of(v) == DG_NUMBER ? strtod(v->text.at, NULL) : otherwise;
}

/* Digits only, without going through double, which holds 53 bits. */
static bool dg_digits(dg_text t, int64_t *out)
{
	bool minus = t.size > 0 && t.at[0] == '-';
	uint64_t n = 0, limit = (uint64_t)INT64_MAX + minus;
	for (size_t i = minus; i < t.size; i++) {
		unsigned d = (unsigned)(t.at[i] - '0');
		if (d > 9 || n > (limit - d) / 10)
			return false;
		n = n * 10 + d;
	}
	*out = minus ? (int64_t)(0 - n) : (int64_t)n;
	return true;
}

bool dg_as_int(const dg_value *v, int64_t *out)
{
	if (dg_kind_of(v) != DG_NUMBER)
		return false;
	if (dg_digits(v->text, out))
		return true;
	double d = strtod(v->text.at, NULL); /* 1.0 and 1e3 are whole as well */
	if (!(d >= -9007199254740992.0 && d <= 9007199254740992.0) || d != (double)(int64_t)d)
		return false;
	*out = (int64_t)d;
	return true;
}

dg_text dg_as_text(const dg_value *v)
{
	return dg_kind_of(v) == DG_STRING ? v->text : (dg_text){"", 0};
}

dg_bytes dg_as_bytes(const dg_value *v)
{
	return dg_kind_of(v) == DG_BYTES ? v->bytes : (dg_bytes){(const uint8_t *)"", 0};
}

/* The field, if it has the kind that is wanted. */
static const dg_value *dg_need(dg_ctx *c, const dg_value *args, const char *name, dg_kind want)
{
	const dg_value *v = dg_get(args, name);
	if (v == NULL)
		return dg_fail(c, DG_INVALID_PARAMS, "invalidParams", "%s is missing: expected %s", name, dg_kind_names[want]);
	if (v->kind != want)
		return dg_fail(c, DG_INVALID_PARAMS, "invalidParams", "%s: expected %s, found %s", name, dg_kind_names[want], dg_kind_names[v->kind]);
	return v;
}

bool dg_need_text(dg_ctx *c, const dg_value *args, const char *name, dg_text *out)
{
	const dg_value *v = dg_need(c, args, name, DG_STRING);
	*out = dg_as_text(v);
	return v != NULL;
}

bool dg_need_bytes(dg_ctx *c, const dg_value *args, const char *name, dg_bytes *out)
{
	const dg_value *v = dg_need(c, args, name, DG_BYTES);
	*out = dg_as_bytes(v);
	return v != NULL;
}

bool dg_need_int(dg_ctx *c, const dg_value *args, const char *name, int64_t *out)
{
	*out = 0;
	const dg_value *v = dg_need(c, args, name, DG_NUMBER);
	if (v != NULL && !dg_as_int(v, out))
		v = dg_fail(c, DG_INVALID_PARAMS, "invalidParams", "%s: expected a whole number of 64 bits, found %.40s", name, v->text.at);
	return v != NULL;
}

bool dg_need_number(dg_ctx *c, const dg_value *args, const char *name, double *out)
{
	const dg_value *v = dg_need(c, args, name, DG_NUMBER);
	*out = dg_as_number(v, 0);
	return v != NULL;
}

bool dg_need_bool(dg_ctx *c, const dg_value *args, const char *name, bool *out)
{
	const dg_value *v = dg_need(c, args, name, DG_BOOL);
	*out = dg_as_bool(v, false);
	return v != NULL;
}

static dg_value *dg_make(dg_ctx *c, dg_kind kind)
{
	dg_value *v = dg_allocate(c, sizeof *v);
	v->kind = kind;
	return v;
}

dg_value *dg_object(dg_ctx *c)
{
	return dg_make(c, DG_OBJECT);
}

dg_value *dg_array(dg_ctx *c)
{
	return dg_make(c, DG_ARRAY);
}

dg_value *dg_null(dg_ctx *c)
{
	return dg_make(c, DG_NULL);
}

dg_value *dg_bool(dg_ctx *c, bool truth)
{
	dg_value *v = dg_make(c, DG_BOOL);
	v->truth = truth;
	return v;
}

dg_value *dg_int(dg_ctx *c, int64_t n)
{
	dg_value *v = dg_make(c, DG_NUMBER);
	v->text = dg_format(c, "%lld", (long long)n);
	return v;
}

/* The shortest of the forms that read back as the same number. */
dg_value *dg_number(dg_ctx *c, double n)
{
	if (!isfinite(n))
		return dg_null(c);
	dg_value *v = dg_make(c, DG_NUMBER);
	for (int digits = 15; digits <= 17; digits++) {
		v->text = dg_format(c, "%.*g", digits, n);
		if (strtod(v->text.at, NULL) == n)
			break;
	}
	return v;
}

dg_value *dg_text_value(dg_ctx *c, dg_text t)
{
	dg_value *v = dg_make(c, DG_STRING);
	v->text = t;
	return v;
}

dg_value *dg_bytes_value(dg_ctx *c, dg_bytes b)
{
	dg_value *v = dg_make(c, DG_BYTES);
	v->bytes = b;
	return v;
}

static dg_value *dg_append(dg_value *container, dg_value *v)
{
	if (container->last == NULL)
		container->first = v;
	else
		container->last->next = v;
	container->last = v;
	return container;
}

/* A value may stand in several places: what is put in is a copy of its node. */
static dg_value *dg_node(dg_ctx *c, const dg_value *v)
{
	dg_value *node = dg_make(c, DG_NULL);
	if (v != NULL)
		*node = *v;
	node->next = node->parent = NULL;
	node->name = (dg_text){"", 0};
	return node;
}

/* The member of that name; one made by the plugin has no second. */
static dg_value *dg_member(dg_value *object, dg_text name)
{
	dg_value *v = object->first;
	while (v != NULL && (v->name.size != name.size || memcmp(v->name.at, name.at, name.size) != 0))
		v = v->next;
	return v;
}

dg_value *dg_set_text(dg_ctx *c, dg_value *object, dg_text name, const dg_value *v)
{
	dg_value *node = dg_node(c, v), *old = dg_member(object, name);
	node->name = (dg_text){dg_copy(c, name.at, name.size), name.size};
	if (old == NULL)
		return dg_append(object, node);
	node->next = old->next;
	*old = *node;
	return object;
}

dg_value *dg_push(dg_ctx *c, dg_value *array, const dg_value *v)
{
	return dg_append(array, dg_node(c, v));
}
