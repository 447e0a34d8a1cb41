/* Reads arguments by what a contract generates for the C kit, and writes them again, as a native program for the sanitizers. */
#include "dougong.c"
#include "face.h"
#include <stdio.h>
uint32_t dg_host_service(const void *r, uint32_t n) { (void)r, (void)n; return 0; }
void dg_host_reply(void *into, uint32_t n) { (void)into, (void)n; }
uint32_t dg_host_emit(const void *e, uint32_t n) { (void)e, (void)n; return 0; }
void dg_host_log(const void *l, uint32_t n) { (void)l, (void)n; }
const dg_plugin dougong_plugin = {0};

static int same(const char *json) {
	static dg_ctx ctx;
	const dg_bytes blobs[] = {{(const uint8_t *)"ab", 2}};
	dg_payload in = {dg_text_of(json), blobs, 1}, out;
	face_acme_face_params p;
	dg_value *v = dg_parse(&ctx, &in);
	if (v == NULL || !face_acme_face_params_decode(&ctx, v, &p)) {
		printf("%s\n", dg_failure(&ctx)->message.at);
		dg_forget_failure(&ctx);
		return 1;
	}
	if (!dg_write(&ctx, face_acme_face_params_encode(&ctx, &p), &out)) return 1;
	printf("%.*s %zu\n", (int)out.json.size, out.json.at, out.count);
	return 0;
}
int main(void) {
	same("{\"image\":{\"$blob\":0},\"class\":\"selfie\",\"other\":null,\"threshold\":0.5,\"labels\":{\"a\":[\"b\",\"c\"],\"d\":[]},\"fooBar\":true,\"\xe5\xa7\x93\xe5\x90\x8d\":\"x\",\"a-b c\":3,\"self\":-9}");
	same("{\"class\":\"selfie\"}");
	same("{\"image\":{\"$blob\":0},\"class\":1}");
	same("{\"image\":{\"$blob\":0},\"class\":\"a\",\"labels\":{\"a\":[1]}}");
	same("[]");
	return 0;
}
