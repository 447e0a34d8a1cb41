/* com.example.barcode checks and draws EAN-13 barcodes (ISO/IEC 15420). */
#include "dougong.h"

#include "png.h"

#include <string.h>

enum { BAD_CODE = 10001, BAD_CHECK_DIGIT = 10002, BAD_SIZE = 10003 };

enum { DIGITS = 13, MODULES = 95, QUIET_LEFT = 11, QUIET_RIGHT = 7 };

/* The weights of the digits are 1 and 3 in turn; with the check digit the sum ends in 0. */
static char check_digit(const char *digits)
{
	int sum = 0;
	for (int i = 0; i < DIGITS - 1; i++)
		sum += (digits[i] - '0') * (i % 2 == 0 ? 1 : 3);
	return (char)('0' + (10 - sum % 10) % 10);
}

/* Reads the argument code into 13 digits and a zero. *valid is false if the 13th is not the right one; if it was missing, it is added. */
static bool read_code(dg_ctx *c, const dg_value *args, char digits[DIGITS + 1], bool *valid)
{
	dg_text text;
	int n = 0;
	if (!dg_need_text(c, args, "code", &text))
		return false;
	for (size_t i = 0; i < text.size; i++) {
		char ch = text.at[i];
		if (ch == ' ' || ch == '-')
			continue;
		if (ch < '0' || ch > '9' || n == DIGITS) {
			dg_fail(c, BAD_CODE, "bad-code", "code: expected 12 or 13 digits, found more, or something else at byte %zu", i);
			return false;
		}
		digits[n++] = ch;
	}
	if (n < DIGITS - 1) {
		dg_fail(c, BAD_CODE, "bad-code", "code: expected 12 or 13 digits, found %d", n);
		return false;
	}
	char right = check_digit(digits);
	*valid = n == DIGITS - 1 || digits[DIGITS - 1] == right;
	digits[DIGITS - 1] = right;
	digits[DIGITS] = 0;
	return true;
}

static dg_value *check(dg_ctx *c, const dg_value *args)
{
	char digits[DIGITS + 1];
	bool valid;
	if (!read_code(c, args, digits, &valid))
		return NULL;
	dg_value *r = dg_set(c, dg_object(c), "valid", dg_bool(c, valid));
	dg_set(c, r, "code", dg_text_value(c, dg_format(c, "%s", digits)));
	return dg_set(c, r, "prefix", dg_text_value(c, dg_format(c, "%.3s", digits)));
}

/* Appends the lowest bits of a pattern, a bar for a 1. */
static uint8_t *bars(uint8_t *to, unsigned pattern, int count)
{
	while (count-- > 0)
		*to++ = pattern >> count & 1;
	return to;
}

static unsigned mirrored(unsigned pattern)
{
	unsigned out = 0;
	for (int i = 0; i < 7; i++)
		out |= (pattern >> i & 1) << (6 - i);
	return out;
}

/* The first digit is not drawn: it is told by which of the six left digits are of set G, which is set R from behind. */
static void encode(const char *digits, uint8_t modules[MODULES])
{
	static const uint8_t left[] = {0x0D, 0x19, 0x13, 0x3D, 0x23, 0x31, 0x2F, 0x3B, 0x37, 0x0B};
	static const uint8_t parity[] = {0x00, 0x0B, 0x0D, 0x0E, 0x13, 0x19, 0x1C, 0x15, 0x16, 0x1A};
	uint8_t *to = bars(modules, 5, 3);
	for (int i = 1; i <= 6; i++) {
		unsigned pattern = left[digits[i] - '0'];
		bool g = parity[digits[0] - '0'] >> (6 - i) & 1;
		to = bars(to, g ? mirrored(~pattern & 0x7F) : pattern, 7);
	}
	to = bars(to, 10, 5);
	for (int i = 7; i <= 12; i++)
		to = bars(to, ~left[digits[i] - '0'] & 0x7F, 7);
	bars(to, 5, 3);
}

/* An optional whole number within bounds. */
static bool size_of(dg_ctx *c, const dg_value *args, const char *name, int64_t otherwise, int64_t most, int64_t *out)
{
	*out = otherwise;
	if (dg_get(args, name) == NULL)
		return true;
	if (!dg_need_int(c, args, name, out))
		return false;
	if (*out < 1 || *out > most) {
		dg_fail(c, BAD_SIZE, "bad-size", "%s: expected 1 to %lld pixels, found %lld", name, (long long)most, (long long)*out);
		return false;
	}
	return true;
}

static dg_value *draw(dg_ctx *c, const dg_value *args)
{
	char digits[DIGITS + 1];
	uint8_t modules[MODULES];
	int64_t module, height;
	bool valid;
	if (!read_code(c, args, digits, &valid) || !size_of(c, args, "module", 2, 10, &module) || !size_of(c, args, "height", 100, 1000, &height))
		return NULL;
	if (!valid)
		return dg_fail(c, BAD_CHECK_DIGIT, "bad-check-digit", "code: its check digit should be %c; correct it, or leave it out", digits[DIGITS - 1]);
	encode(digits, modules);
	size_t width = (size_t)(QUIET_LEFT + MODULES + QUIET_RIGHT) * (size_t)module;
	uint8_t *row = dg_allocate(c, width);
	memset(row, 1, width);
	for (size_t i = 0; i < MODULES; i++)
		if (modules[i])
			memset(row + (QUIET_LEFT + i) * (size_t)module, 0, (size_t)module);
	dg_value *r = dg_set(c, dg_object(c), "code", dg_text_value(c, dg_format(c, "%s", digits)));
	dg_set(c, r, "width", dg_int(c, (int64_t)width));
	dg_set(c, r, "height", dg_int(c, height));
	return dg_set(c, r, "png", dg_bytes_value(c, png_of_row(c, row, (uint32_t)width, (uint32_t)height)));
}

static const dg_method methods[] = {{"checkBarcode", .call = check}, {"drawBarcode", .call = draw}, {0}};

static const dg_capability capabilities[] = {{"example.barcode/v1", methods}, {0}};

const dg_plugin dougong_plugin = {.id = "com.example.barcode", .version = "1.0.0", .capabilities = capabilities};
