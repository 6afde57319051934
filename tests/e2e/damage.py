"""Damages an LMDB file: damage.py FILE cut|page|bit

cut: the second half is gone. page: each page that holds a record is all zeros, as after a lost write.
bit: one bit is the other way round in the value of each record, wherever an old copy of it lies, too."""

import pathlib
import struct
import sys

PAGE, LEAF = 4096, 2
# Of a page: number, padding, flags, where its entries end and where their room begins.
HEADER = struct.Struct("<QHHHH")
ENTRY = struct.Struct("<IHH")  # bytes of the value, flags, bytes of the key
KINDS = (b"host/", b"attempt/", b"rollout/", b"audit/")
SUM_END = 8  # a record has its schema's number and its sum before its payload: common/store/record.h


def records(data):
    """Where the payload of each record begins that lies in a leaf."""
    for start in range(0, len(data), PAGE):
        number, _, flags, lower, _ = HEADER.unpack_from(data, start)
        if number != start // PAGE or flags != LEAF or not HEADER.size <= lower <= PAGE:
            continue
        for at in range(start + HEADER.size, start + lower, 2):
            entry = start + struct.unpack_from("<H", data, at)[0]
            size, kind, key_bytes = ENTRY.unpack_from(data, entry)
            key = entry + ENTRY.size
            if kind == 0 and size > SUM_END and data[key:key + key_bytes].startswith(KINDS):
                yield key + key_bytes + SUM_END


def main():
    path, how = pathlib.Path(sys.argv[1]), sys.argv[2]
    data = bytearray(path.read_bytes())
    places = list(records(data))
    if not places:
        sys.exit(f"no record in {path}")
    if how == "cut":
        del data[len(data) // 2 // PAGE * PAGE:]
    for at in places if how != "cut" else []:
        if how == "page":
            start = at // PAGE * PAGE
            data[start:start + PAGE] = bytes(PAGE)
        else:
            data[at] ^= 4
    path.write_bytes(data)


main()
