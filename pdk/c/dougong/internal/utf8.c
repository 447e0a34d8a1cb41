/*
 * Scanners of text. A host that can stop a module pays for each turn of a loop, hence many bytes in each: 32 of ASCII, 24 of Chinese.
 * Bytes are looked at in words, little-endian as WebAssembly is.
 */
#define DG_ONES 0x0101010101010101u
#define DG_TOPS 0x8080808080808080u

static uint64_t dg_word(const uint8_t *s)
{
	uint64_t w;
	memcpy(&w, s, 8);
	return w;
}

/* Whether a byte of w is 0: its top bit is set then, and perhaps those of bytes after it. */
static uint64_t dg_zero(uint64_t w)
{
	return (w - DG_ONES) & ~w & DG_TOPS;
}

/* Whether a byte of a word is a quote, a backslash or a control character. */
static uint64_t dg_marked(const uint8_t *s)
{
	uint64_t w = dg_word(s);
	return ((w - DG_ONES * 0x20) & ~w & DG_TOPS) | dg_zero(w ^ DG_ONES * '"') | dg_zero(w ^ DG_ONES * '\\');
}

/* How many bytes come before a quote, a backslash or a control character. */
static size_t dg_unescaped(const uint8_t *s, size_t left)
{
	size_t i = 0;
	while (left - i >= 32 && (dg_marked(s + i) | dg_marked(s + i + 8) | dg_marked(s + i + 16) | dg_marked(s + i + 24)) == 0)
		i += 32;
	while (left - i >= 8 && dg_marked(s + i) == 0)
		i += 8;
	while (i < left && s[i] >= 0x20 && s[i] != '"' && s[i] != '\\')
		i++;
	return i;
}

static bool dg_continues(uint8_t byte)
{
	return (byte & 0xC0) == 0x80;
}

/* The size of the UTF-8 sequence at s, 0 if there is none: overlong forms, surrogates and what is past U+10FFFF are none. */
static size_t dg_utf8(const uint8_t *s, size_t left)
{
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xE0)
		return s[0] >= 0xC2 && left > 1 && dg_continues(s[1]) ? 2 : 0;
	if (s[0] < 0xF0)
		return left > 2 && dg_continues(s[1]) && dg_continues(s[2]) && (s[0] != 0xE0 || s[1] >= 0xA0) && (s[0] != 0xED || s[1] < 0xA0) ? 3 : 0;
	bool fits = s[0] < 0xF5 && left > 3 && dg_continues(s[1]) && dg_continues(s[2]) && dg_continues(s[3]);
	return fits && (s[0] != 0xF0 || s[1] >= 0x90) && (s[0] != 0xF4 || s[1] < 0x90) ? 4 : 0;
}

/*
 * Whether 24 bytes are eight sequences of three bytes. Those that begin with E0 or ED may be none and are left to dg_utf8. The masks
 * take four bits of a first byte, which have to be 1110, and two of the others, which have to be 10.
 */
static bool dg_eight_of_three(const uint8_t *s)
{
	uint64_t a = dg_word(s), b = dg_word(s + 8), c = dg_word(s + 16);
	bool form = (a & 0xC0F0C0C0F0C0C0F0u) == 0x80E08080E08080E0u && (b & 0xF0C0C0F0C0C0F0C0u) == 0xE08080E08080E080u &&
		    (c & 0xC0C0F0C0C0F0C0C0u) == 0x8080E08080E08080u;
	uint64_t odd = dg_zero(a ^ DG_ONES * 0xE0) | dg_zero(b ^ DG_ONES * 0xE0) | dg_zero(c ^ DG_ONES * 0xE0) | dg_zero(a ^ DG_ONES * 0xED) |
		       dg_zero(b ^ DG_ONES * 0xED) | dg_zero(c ^ DG_ONES * 0xED);
	return form && odd == 0;
}

/* How many bytes at the start of s are UTF-8. */
static size_t dg_valid(const uint8_t *s, size_t size)
{
	size_t i = 0;
	while (i < size) {
		if (size - i >= 32 && ((dg_word(s + i) | dg_word(s + i + 8) | dg_word(s + i + 16) | dg_word(s + i + 24)) & DG_TOPS) == 0) {
			i += 32;
		} else if (size - i >= 24 && dg_eight_of_three(s + i)) {
			i += 24;
		} else if (size - i >= 8 && (dg_word(s + i) & DG_TOPS) == 0) {
			i += 8;
		} else {
			size_t n = dg_utf8(s + i, size - i);
			if (n == 0)
				break;
			i += n;
		}
	}
	return i;
}

/* How many bytes of a word go on with a character. */
static unsigned dg_continuations(const uint8_t *s)
{
	uint64_t w = dg_word(s);
	return (unsigned)__builtin_popcountll(w & ~(w << 1) & DG_TOPS);
}

size_t dg_characters(dg_text t)
{
	const uint8_t *s = (const uint8_t *)t.at;
	size_t i = 0, n = t.size;
	for (; t.size - i >= 32; i += 32)
		n -= dg_continuations(s + i) + dg_continuations(s + i + 8) + dg_continuations(s + i + 16) + dg_continuations(s + i + 24);
	for (; i < t.size; i++)
		n -= dg_continues(s[i]);
	return n;
}
