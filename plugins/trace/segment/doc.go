// Package segment is an append-only log of numbered records in files that are never rewritten.
//
// A log is a folder. Each file, a segment, is named by the number of its first record and holds a header and frames:
//
//	header  "DGTRACE1", u64 number of the first record
//	frame   u32 length, u32 CRC-32C of number and data, u64 number, data
//
// Numbers are big-endian and count from 1 without a gap. Append returns when the records are on disk. After a crash the
// last segment may end in half a frame, which was never acknowledged: it is cut off and kept beside. Damage anywhere else
// is an error; nothing is repaired that could be evidence.
//
// It must not know what a record means: content is checked by whoever chained and signed it.
package segment
