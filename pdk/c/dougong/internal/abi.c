/* The exports of the module. */
#define DG_REUSABLE (64u << 10) /* up to here, a buffer serves the host for many calls; a larger one is used up by its call */

static dg_ctx dg_current;
static uint8_t *dg_input;
static uint32_t dg_input_size;

__attribute__((export_name("dg_alloc"))) uint32_t dg_alloc(uint32_t size)
{
	free(dg_input);
	dg_input_size = size == 0 ? 1 : size;
	dg_input = malloc(dg_input_size);
	if (dg_input == NULL)
		dg_die("out of memory: the arguments do not fit; raise limits.memory_mb in plugin.yaml");
	return (uint32_t)(uintptr_t)dg_input;
}

__attribute__((export_name("dg_call"))) uint64_t dg_call(uint32_t address, uint32_t size)
{
	dg_reset(&dg_current);
	dg_bytes reply;
	if (address != (uint32_t)(uintptr_t)dg_input || size > dg_input_size) {
		dg_fail(&dg_current, DG_INTERNAL, "wire", "dg_call with a buffer that dg_alloc did not give");
		reply = dg_error_reply(&dg_current);
	} else {
		reply = dg_serve(&dg_current, dg_input, size);
	}
	if (dg_input_size > DG_REUSABLE) {
		free(dg_input);
		dg_input = NULL;
		dg_input_size = 0;
	}
	return (uint64_t)(uintptr_t)reply.at << 32 | reply.size;
}
