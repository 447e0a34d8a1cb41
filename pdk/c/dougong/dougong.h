/*
 * dougong.h: the C kit for Dougong capability plugins (WebAssembly, native ABI). README.md is the manual.
 *
 * A plugin defines `const dg_plugin dougong_plugin` and is linked with dougong.c. Nothing here is thread-safe: an instance carries out
 * one call at a time.
 *
 * Memory: whatever a call is given or makes through its dg_ctx is freed after the call. What must live on is copied by malloc.
 * Failure: functions with a bool result return false, those with a pointer NULL, and leave the reason in the context. A method that
 * then returns NULL fails with that reason, so `if (!dg_kv_get(...)) return NULL;` is all that is needed.
 */
#ifndef DOUGONG_H
#define DOUGONG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DG_PRINTF(text, rest) __attribute__((format(printf, text, rest)))

/* UTF-8 text. at[size] is 0 in every text that the kit hands out; the text itself may hold zeros. */
typedef struct dg_text {
	const char *at;
	size_t size;
} dg_text;

typedef struct dg_bytes {
	const uint8_t *at;
	size_t size;
} dg_bytes;

/* A JSON value, or bytes: an attachment, which is never base64. */
typedef struct dg_value dg_value;

typedef enum dg_kind { DG_NULL, DG_BOOL, DG_NUMBER, DG_STRING, DG_BYTES, DG_ARRAY, DG_OBJECT } dg_kind;

/* Who calls. The host fills it in; nobody can forge it. */
typedef struct dg_info {
	dg_text capability; /* "dougong.payment/v1" */
	dg_text method;     /* "requestPayment", or "connectSocket.send" for a method of a task */
	dg_text app;        /* the mini-program's id; empty for a call by the host itself */
	dg_text user;
	dg_text page;
	dg_text trace;  /* 32 hex digits */
	dg_text caller; /* empty for a mini-program, else the calling plugin's id */
	uint64_t task;  /* the task that the call starts or belongs to; 0: none */
} dg_info;

/* A call under way. */
typedef struct dg_ctx dg_ctx;

/* A payload as it travels: JSON, in which {"$blob": n} stands for attachment n. */
typedef struct dg_payload {
	dg_text json; /* empty: null */
	const dg_bytes *blobs;
	size_t count;
} dg_payload;

/* ---- the plugin ---- */

/* A method. args is never NULL. It returns its result; NULL is null, or the failure that dg_fail or another function has set. */
typedef dg_value *(*dg_call_fn)(dg_ctx *c, const dg_value *args);

/* A method that passes payloads on without reading them; *out is null at first. false: it failed. */
typedef bool (*dg_raw_fn)(dg_ctx *c, const dg_payload *args, dg_payload *out);

/* Set one of call and raw. A method of a task is named "method.taskMethod". */
typedef struct dg_method {
	const char *name;
	dg_call_fn call;
	dg_raw_fn raw;
} dg_method;

typedef struct dg_capability {
	const char *name;         /* "dougong.payment/v1" */
	const dg_method *methods; /* ends with a method without a name */
} dg_capability;

typedef struct dg_plugin {
	const char *id;                    /* as in plugin.yaml */
	const char *version;               /* the same */
	const dg_capability *capabilities; /* ends with a capability without a name */
	bool (*configure)(dg_ctx *c, const dg_value *config); /* may be NULL; false refuses the configuration */
	void (*close)(dg_ctx *c);                             /* may be NULL; runs once, at the end */
} dg_plugin;

/* The plugin defines it. */
extern const dg_plugin dougong_plugin;

const dg_info *dg_who(const dg_ctx *c);

/* Milliseconds until the deadline; -1: there is none. */
int64_t dg_time_left(const dg_ctx *c);
/* Waits. false: the deadline came first. */
bool dg_sleep(dg_ctx *c, int64_t ms);

/* ---- errors ---- */

/* Codes of the platform. A contract's own are 10000 and above. */
enum {
	DG_INTERNAL = 1,
	DG_INVALID_PARAMS = 2,
	DG_INVALID_RESULT = 3,
	DG_UNSUPPORTED = 4,
	DG_DENIED = 5,
	DG_DOMAIN = 6,
	DG_QUOTA = 7,
	DG_TIMEOUT = 8,
	DG_CANCELED = 9,
	DG_UNAVAILABLE = 10,
	DG_TOO_LARGE = 11,
	DG_VETOED = 12,
	DG_NOT_FOUND = 14,
	DG_BUSY = 15,
	DG_CORRUPT = 16,
	DG_CONFIG = 17
};

typedef struct dg_error {
	int32_t code; /* 0: none */
	dg_text name;
	dg_text message;
	dg_text data; /* JSON, or empty */
} dg_error;

/* Sets the failure and returns NULL: `return dg_fail(c, 10001, "no-name", "name is empty; say whom to greet");` */
void *dg_fail(dg_ctx *c, int32_t code, const char *name, const char *format, ...) DG_PRINTF(4, 5);
/* Adds data to the failure. */
void dg_fail_data(dg_ctx *c, const dg_value *data);
/* The failure so far, and how to go on in spite of it. */
const dg_error *dg_failure(const dg_ctx *c);
void dg_forget_failure(dg_ctx *c);

/* ---- memory and text, as long as the call ---- */

/* Zeroed memory; never NULL: without memory the instance ends, and the call fails. */
void *dg_allocate(dg_ctx *c, size_t size);
dg_text dg_format(dg_ctx *c, const char *format, ...) DG_PRINTF(2, 3);
/* The text of a C string, not copied. Inline, so that a literal's size is known when it is compiled. */
static inline dg_text dg_text_of(const char *s)
{
	return s == NULL ? (dg_text){"", 0} : (dg_text){s, __builtin_strlen(s)};
}
bool dg_text_is(dg_text t, const char *s);
size_t dg_characters(dg_text t); /* code points */

/* ---- reading values. All take NULL for a value that is not there. ---- */

dg_kind dg_kind_of(const dg_value *v);
const dg_value *dg_get(const dg_value *object, const char *name); /* NULL: absent */
const dg_value *dg_first(const dg_value *array_or_object);
const dg_value *dg_next(const dg_value *v);
size_t dg_count(const dg_value *array_or_object);
dg_text dg_name(const dg_value *member); /* of a member of an object */
bool dg_as_bool(const dg_value *v, bool otherwise);
bool dg_as_int(const dg_value *v, int64_t *out); /* false: no whole number that fits */
double dg_as_number(const dg_value *v, double otherwise);
dg_text dg_as_text(const dg_value *v);   /* empty if it is no string */
dg_bytes dg_as_bytes(const dg_value *v); /* empty if it is no bytes */

/* A field of the arguments. false: absent, or of another type; the call then fails with code 2, which names the field. */
bool dg_need_text(dg_ctx *c, const dg_value *args, const char *name, dg_text *out);
bool dg_need_bytes(dg_ctx *c, const dg_value *args, const char *name, dg_bytes *out);
bool dg_need_int(dg_ctx *c, const dg_value *args, const char *name, int64_t *out);
bool dg_need_number(dg_ctx *c, const dg_value *args, const char *name, double *out);
bool dg_need_bool(dg_ctx *c, const dg_value *args, const char *name, bool *out);

/* ---- making values ---- */

dg_value *dg_object(dg_ctx *c);
dg_value *dg_array(dg_ctx *c);
dg_value *dg_null(dg_ctx *c);
dg_value *dg_bool(dg_ctx *c, bool v);
dg_value *dg_int(dg_ctx *c, int64_t v);
dg_value *dg_number(dg_ctx *c, double v);      /* null if it is not finite */
dg_value *dg_text_value(dg_ctx *c, dg_text t); /* these three do not copy */
dg_value *dg_bytes_value(dg_ctx *c, dg_bytes b);
static inline dg_value *dg_string(dg_ctx *c, const char *s)
{
	return dg_text_value(c, dg_text_of(s));
}
/* Put a value into an object, replacing the member of that name, or at the end of an array. Both return the container. */
dg_value *dg_set_text(dg_ctx *c, dg_value *object, dg_text name, const dg_value *v);
static inline dg_value *dg_set(dg_ctx *c, dg_value *object, const char *name, const dg_value *v)
{
	return dg_set_text(c, object, dg_text_of(name), v);
}
dg_value *dg_push(dg_ctx *c, dg_value *array, const dg_value *v);

dg_value *dg_parse(dg_ctx *c, const dg_payload *p); /* NULL: malformed, with the byte in the failure */
bool dg_write(dg_ctx *c, const dg_value *v, dg_payload *out);

/* ---- the host's services. plugin.yaml has to require them, the operator to grant them; else they fail with DG_DENIED. ---- */

bool dg_kv_get(dg_ctx *c, const char *key, bool *found, dg_bytes *value);
bool dg_kv_set(dg_ctx *c, const char *key, dg_bytes value);
bool dg_kv_delete(dg_ctx *c, const char *key);
/* All keys that begin with prefix: an array of strings in byte order. */
const dg_value *dg_kv_list(dg_ctx *c, const char *prefix);

typedef struct dg_header {
	const char *name, *value;
} dg_header;

typedef struct dg_http_request {
	const char *method; /* NULL: GET */
	const char *url;
	const dg_header *headers; /* ends with a header without a name; may be NULL */
	dg_bytes body;
	int64_t timeout_ms; /* 0: the call's deadline */
} dg_http_request;

typedef struct dg_http_response {
	int64_t status; /* 400 and above is no failure */
	dg_bytes body;
	const dg_value *headers;
} dg_http_response;

bool dg_http(dg_ctx *c, const dg_http_request *q, dg_http_response *out);
dg_text dg_http_header(const dg_http_response *r, const char *name); /* its first value, whatever the case; or empty */

/* Asks the user. buttons ends with NULL; *button is its number, -1 if the dialog was dismissed. */
bool dg_confirm(dg_ctx *c, const char *title, const char *content, const char *const *buttons, int *button);
bool dg_secret(dg_ctx *c, const char *name, dg_text *value);
/* The data key, 16 or 32 bytes, of this plugin, app and user. */
bool dg_data_key(dg_ctx *c, size_t size, dg_bytes *key);
/* Raises the counter of this plugin, app and user, which never falls; *was is what it was. */
bool dg_anchor(dg_ctx *c, uint64_t at, uint64_t *was);
/* May this app reach url by its list "request", "uploadFile", "downloadFile" or "socket"? */
bool dg_check_domain(dg_ctx *c, const char *list, const char *url);
/* Has a method of this plugin called once, later, with data. */
bool dg_after(dg_ctx *c, int64_t delay_ms, const char *method, const dg_value *data);
/* Any service by its name, with its arguments; NULL: it failed. */
const dg_value *dg_service(dg_ctx *c, const char *name, const dg_value *args);

/* An event of the call's task, or of the capability if it has none; dg_end sends a task's last one. data may be NULL. */
bool dg_emit(dg_ctx *c, const char *event, const dg_value *data);
bool dg_end(dg_ctx *c, const char *event, const dg_value *data);
/* The same for another task of this instance. */
bool dg_emit_to(dg_ctx *c, uint64_t task, const char *event, const dg_value *data, bool last);

typedef enum dg_level { DG_DEBUG, DG_INFO, DG_WARN, DG_ERROR } dg_level;

/* A line of the host's log. Names and values follow in turn, then NULL: dg_log(c, DG_WARN, "slow", "ms", "120", NULL) */
void dg_log(dg_ctx *c, dg_level level, const char *message, ...) __attribute__((sentinel));

#endif
