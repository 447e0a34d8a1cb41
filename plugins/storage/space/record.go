package space

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// recordVersion is the first byte of every stored record: version, 4 bytes CRC-32C of the rest, the value. The database
// checks its own headers but not its data pages, so each value carries its own check.
const (
	recordVersion  = 1
	recordOverhead = 5
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func seal(value []byte) []byte {
	b := make([]byte, recordOverhead, recordOverhead+len(value))
	b[0] = recordVersion
	binary.BigEndian.PutUint32(b[1:], crc32.Checksum(value, castagnoli))
	return append(b, value...)
}

// open returns a copy of the value, because the database's memory is only valid within a transaction.
func open(record []byte) ([]byte, error) {
	if len(record) < recordOverhead {
		return nil, errors.New("the record is cut off")
	}
	if record[0] != recordVersion {
		return nil, errors.New("the record has an unknown version")
	}
	value := record[recordOverhead:]
	if crc32.Checksum(value, castagnoli) != binary.BigEndian.Uint32(record[1:]) {
		return nil, errors.New("its checksum does not match")
	}
	return append(make([]byte, 0, len(value)), value...), nil
}
