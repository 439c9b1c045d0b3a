#!/usr/bin/env python3
"""A reference decoder of morsel archives (.mrsl), to be read beside FORMAT.md: same order, same words.

    python3 decoder.py ARCHIVE [-o OUT.raw] [--model MODEL.mrsm]
    python3 decoder.py --goldens DIR

It is written for the reader, not for speed. Section numbers are those of FORMAT.md; "Model" means autoencoder/FORMAT.md.
Python's floats are binary64, its integers unbounded, its // and >> round down: just what section 1 asks for.
"""

import argparse
import hashlib
import itertools
import json
import math
import pathlib
import struct
import sys
from collections import Counter as Tally, defaultdict
from ctypes import c_float

import numpy as np
import zstandard

np.seterr(all="ignore")


class Corrupt(Exception):
    """The archive contradicts the format."""


class Refused(Exception):
    """The archive needs something that this version of the format does not have."""


def demand(condition, message):
    if not condition:
        raise Corrupt(message)


# ---------------------------------------------------------------------------------------------------------------------
# 1. Notation
# ---------------------------------------------------------------------------------------------------------------------

INF, NAN = math.inf, math.nan


def wrap(a, bits):
    a &= (1 << bits) - 1
    return a - (1 << bits) if a >> (bits - 1) else a


def wrap32(a):
    return wrap(a, 32)


def wrap64(a):
    return wrap(a, 64)


def quot(a, b):
    return a // b if a >= 0 else -(-a // b)                 # b > 0 throughout


def bits(n):
    return n.bit_length()


def clamp(x, lo, hi):
    return min(max(x, lo), hi)                              # NaN stays NaN: Python keeps its first argument then


def rne(x):
    return float(round(x)) if abs(x) < 2.0**52 else x       # round() rounds halves to even; NaN stays


def f32(x):
    return c_float(x).value


def f16(x):
    return float(np.float16(np.float32(x)))


def divide(a, b):
    """a/b, which Python refuses for b = 0."""
    if b != 0:
        return a / b
    return NAN if a == 0 or a != a else math.copysign(INF, a) * math.copysign(1, b)


def product(numbers):
    return math.prod(numbers)


class Reader:
    """Takes the fields of section 1 from a string of bytes."""

    def __init__(self, data, what):
        self.data, self.what, self.position = data, what, 0

    def bytes(self, n):
        demand(n <= len(self.data) - self.position, f"{self.what} is cut off")
        self.position += n
        return self.data[self.position - n:self.position]

    def rest(self):
        return self.bytes(len(self.data) - self.position)

    def more(self):
        return self.position < len(self.data)

    def end(self):
        demand(not self.more(), f"{self.what} has bytes behind its last field")

    def u8(self):
        return self.bytes(1)[0]

    def u32(self):
        return int.from_bytes(self.bytes(4), "little")

    def float(self, code):
        return struct.unpack("<" + code, self.bytes(struct.calcsize(code)))[0]

    def f64(self):
        return self.float("d")

    def uvarint(self):
        n = 0
        for shift in range(0, 70, 7):
            byte = self.u8()
            n |= (byte & 127) << shift
            if byte < 128:
                demand(n < 1 << 64, f"{self.what} has a number of more than 64 bits")
                return n
        raise Corrupt(f"{self.what} has a number of more than 10 bytes")

    def svarint(self):
        return zigzag(self.uvarint())

    def decimal(self):
        m, e = self.uvarint(), self.svarint()
        demand(m <= 10**17 and abs(e) <= 1024, f"{self.what} has a decimal beyond its limits")
        x = float(f"{m}e{e}")
        demand(math.isfinite(x), f"{self.what} has a decimal beyond its limits")
        return x

    def shape(self, rank):
        return tuple(self.uvarint() for _ in range(rank))


def zigzag(z):
    return z >> 1 if z % 2 == 0 else -(z >> 1) - 1


class Element:
    """An element type and its values."""

    NAMES = {1: "f4", 2: "f8", 3: "f2", 4: "i1", 5: "i2", 6: "i4", 7: "i8", 8: "u1", 9: "u2", 10: "u4", 11: "u8"}

    def __init__(self, number):
        if number not in self.NAMES:
            raise Refused(f"unknown element type {number}")
        self.dtype = np.dtype("<" + self.NAMES[number])
        self.size = self.dtype.itemsize
        self.half = number == 3
        self.integer = self.dtype.kind in "iu"
        self.single = self.dtype.name in ("float32", "float16", "int8", "int16", "uint8", "uint16")  # the value type
        self.value_bits = 32 if self.single else 64
        if self.integer:                                    # limits of 8.4: those of 64 bits end at 2^53
            info = np.iinfo(self.dtype)
            self.lo, self.hi = max(int(info.min), -2**53), min(int(info.max), 2**53)

    def rounded(self, x):
        """x rounded to the value type."""
        return f32(x) if self.single else x

    def value(self, element):
        """The value of an element, given as its bytes."""
        x = np.frombuffer(element, self.dtype)[0]
        if self.integer and abs(int(x)) > 2**53:
            return NAN
        return float(x)

    def elements(self, values):
        """Values as elements (step 5 of section 5)."""
        a = np.array(values, np.float64)
        if self.half:
            return a.astype(np.float32).astype(self.dtype)
        b = a.astype(self.dtype)
        if self.integer:
            demand(all(v.is_integer() and self.lo <= v <= self.hi for v in values), "a value is not an integer of the type")
        return b


def ordered(x, n):
    """The ordered bits o(x) of a float of n bits (8.4)."""
    o = int.from_bytes(struct.pack("<" + {16: "e", 32: "f", 64: "d"}[n], x), "little", signed=True)
    return o if o >= 0 else o ^ ((1 << (n - 1)) - 1)


def unordered(o, n):
    """The float with ordered bits o."""
    o = o if o >= 0 else o ^ ((1 << (n - 1)) - 1)
    return struct.unpack("<" + {16: "e", 32: "f", 64: "d"}[n], o.to_bytes(n // 8, "little", signed=True))[0]


def unshuffled(data, size):
    """All first bytes, then all second bytes, ... back to elements."""
    return np.frombuffer(data, np.uint8).reshape(size, -1).T.tobytes()


def unzstd(data, size, what, limit=None):
    """A zstd frame, whose header states its content size: `size`, or at most `limit`."""
    try:
        stated = zstandard.frame_content_size(data)
        demand(stated >= 0, f"{what}: the zstd frame does not state its size")
        demand(stated == size if limit is None else stated <= limit, f"{what}: wrong size of the zstd frame")
        reader = zstandard.ZstdDecompressor().decompressobj()
        content = reader.decompress(data)
        demand(reader.eof and not reader.unused_data and len(content) == stated, f"{what}: bad zstd frame")
        return content
    except zstandard.ZstdError as e:
        raise Corrupt(f"{what}: {e}")


def permutation(index, n):
    """The axis order with this index in the lexicographic order of all permutations of n axes."""
    demand(index < math.factorial(n), "bad axis order")
    return next(itertools.islice(itertools.permutations(range(n)), index, None))


def strides(shape):
    """Differences in row-major index of neighbours along each axis."""
    return [product(shape[c + 1:]) for c in range(len(shape))]


class Move:
    """A displacement of coordinates, with the difference in row-major index that goes with it."""

    def __init__(self, offset, shape):
        self.steps = [(c, d, shape[c]) for c, d in enumerate(offset) if d]
        self.by = sum(d * s for d, s in zip(offset, strides(shape)))

    def inside(self, at):
        """Is it on the grid from the point `at`?"""
        for c, d, n in self.steps:
            if not 0 <= at[c] + d < n:
                return False
        return True


# ---------------------------------------------------------------------------------------------------------------------
# 2. Container
# ---------------------------------------------------------------------------------------------------------------------

def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >> 8)
    return crc ^ 0xffffffff


def crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = (n >> 1) ^ (0x82f63b78 if n & 1 else 0)
        table.append(n)
    return table


CRC_TABLE = crc_table()

HEADER, MODEL, CHUNK, INDEX, NAME, TOPOLOGY = 1, 2, 3, 4, 129, 130


class Section:
    def __init__(self, tag, payload, offset, size):
        self.tag, self.payload, self.offset, self.size = tag, payload, offset, size


def read_section(r):
    """A section, as archives and model files have them."""
    start = r.position
    tag, before = r.u8(), r.position
    length = r.uvarint()
    demand(r.position - before == max(1, -(-bits(length) // 7)), "length of a section not in its shortest form")
    payload = r.bytes(length)
    whole = r.data[start:r.position]
    demand(r.u32() == crc32c(whole), f"checksum of the section with tag {tag} is wrong")
    return Section(tag, payload, start, r.position - start)


def read_container(data):
    """The sections of an archive, checked for their order; the index is checked against them."""
    demand(len(data) >= 13 and data[:4] == b"MRSL", "not a morsel archive")
    if data[4] != 1:
        raise Refused(f"archive of version {data[4]}")
    demand(data[-4:] == b"LSRM", "the archive's end is missing")
    r = Reader(data[:-8], "the archive")
    r.bytes(5)
    sections = []
    while r.more():
        s = read_section(r)
        demand(s.size <= 1 << 33 and len(s.payload) <= 1 << 32, "a section is too long")
        sections.append(s)
        if s.tag < 128 and s.tag not in (HEADER, MODEL, CHUNK, INDEX):
            raise Refused(f"unknown section {s.tag} in an archive of version 1")

    tags = [s.tag for s in sections]
    demand(tags and tags[0] == HEADER and tags.count(HEADER) == 1, "no header, or several")
    ancillary = sum(t >= 128 for t in tags)
    demand(all(t >= 128 for t in tags[1:1 + ancillary]), "an ancillary section is not behind the header")
    demand(max(tags.count(NAME), tags.count(TOPOLOGY), tags.count(MODEL), tags.count(INDEX)) <= 1, "section twice")
    body = sections[1 + ancillary:]
    index = body.pop() if body and body[-1].tag == INDEX else None
    demand(all(s.tag in (MODEL, CHUNK) for s in body), "the index is not the last section")
    demand(struct.unpack("<I", data[-8:-4])[0] == (index.size if index else 0), "wrong size of the index")

    chunks = [s for s in body if s.tag == CHUNK]
    model = next((s for s in body if s.tag == MODEL), None)
    demand((index is not None) == (model is not None or len(chunks) > 1), "index missing or superfluous")
    if index:                                               # section 4, Index
        r = Reader(index.payload, "the index")
        demand(r.uvarint() == len(chunks), "wrong number of chunks in the index")
        demand(r.uvarint() == (body[0].offset if body else index.offset), "wrong first offset in the index")
        demand([r.uvarint() for _ in chunks] == [s.size for s in chunks], "wrong lengths in the index")
        size = r.uvarint()
        demand(size == (model.size if model else 0), "wrong length of the model in the index")
        demand(not size or r.uvarint() == model.offset, "wrong offset of the model in the index")
        r.end()
    return sections[0], sections[1:1 + ancillary], body


# ---------------------------------------------------------------------------------------------------------------------
# 3. Header
# ---------------------------------------------------------------------------------------------------------------------

ABS, REL, PSNR, LOSSLESS, NONE, PWREL = range(6)


class Header:
    def __init__(self, payload):
        r = Reader(payload, "the header")
        b = r.u8()
        self.element = Element(b & 15)
        rank = b >> 4 & 7
        demand(1 <= rank <= 5, f"rank {rank}")
        self.shape = r.shape(rank)
        self.chunk_shape = r.shape(rank) if b & 128 else tuple(max(n, 1) for n in self.shape)
        demand(all(1 <= c <= max(n, 1) for c, n in zip(self.chunk_shape, self.shape)), "bad chunk shape")
        self.check_slab()

        b = r.u8()
        self.kind = b & 15
        if self.kind > PWREL:
            raise Refused(f"unknown bound kind {self.kind}")
        demand(b & 0x60 == 0, "unknown flag in the header")
        self.bound = r.decimal() if self.kind in (ABS, REL, PSNR, PWREL) else None
        self.eps = {ABS: self.bound, LOSSLESS: 0.0, NONE: INF, PWREL: 0.0}.get(self.kind)
        if self.kind in (REL, PSNR):
            self.eps = r.f64()
            demand(0 <= self.eps < INF, "bad absolute bound")
        if self.kind == PWREL:
            self.delta = r.f64()                            # the bound of logarithms
            demand(0 <= self.delta <= 64 and 0 < self.bound < 1, "bad bound of logarithms")

        self.fills = []
        if b & 128:
            elements = [r.bytes(self.element.size) for _ in range(r.u8())]
            self.fills = [self.element.value(e) for e in elements]
            demand(len(set(elements)) == len(elements), "a fill value twice")
            demand(self.element.integer or all(map(math.isfinite, self.fills)), "a fill value is not finite")
        if b & 16:
            guarantees = [r.uvarint() for _ in range(r.uvarint())]
            demand(guarantees and guarantees == sorted(set(guarantees)), "bad guarantees")
            demand(1 <= guarantees[0] and guarantees[-1] <= 65535, "bad guarantees")
        r.end()

    def chunk_grid(self):
        """For each chunk its corner and its shape, in row-major order."""
        ranges = [range(0, n, c) for n, c in zip(self.shape, self.chunk_shape)]
        for corner in itertools.product(*ranges):
            yield corner, tuple(min(c, n - o) for o, n, c in zip(corner, self.shape, self.chunk_shape))

    def chunks(self):
        return product(-(-n // c) for n, c in zip(self.shape, self.chunk_shape))

    def check_slab(self):
        """The chunks that differ only in their position behind the first axis along which the chunk shape is above 1"""
        shape, chunk = self.shape, self.chunk_shape
        behind = 1 + next((c for c, n in enumerate(chunk) if n > 1), len(chunk) - 1)
        size = product(chunk[:behind]) * product(shape[behind:]) * self.element.size
        several = shape[behind:] != chunk[behind:]
        demand(not several or size <= 1 << 27, "the chunks of a slab are too large")

    def ordinary(self, x):
        return math.isfinite(x) and x not in self.fills


# ---------------------------------------------------------------------------------------------------------------------
# 5. Chunk
# ---------------------------------------------------------------------------------------------------------------------

RAW, MASK, UNPREDICTABLE, LATENTS, STENCILS, RESIDUAL, KEEP, SIGNS, SCAN, TABLE = range(1, 11)

#        name         may have                               must have         values at most
MODES = [("raw",       {RAW},                                 {RAW},            1 << 26),
         ("constant",  {RAW},                                 {RAW},            1 << 26),
         ("residual",  {MASK, UNPREDICTABLE, LATENTS, STENCILS, RESIDUAL, KEEP}, {RESIDUAL}, 1 << 24),
         ("latents",   {MASK, UNPREDICTABLE, LATENTS},        {LATENTS},        1 << 24),
         ("pointwise", {MASK, UNPREDICTABLE, STENCILS, RESIDUAL, SIGNS}, {RESIDUAL, SIGNS}, 1 << 23),
         ("scan",      {MASK, UNPREDICTABLE, SCAN, TABLE},    {SCAN},           1 << 22)]

met = Tally()                                               # what has been decoded, for fresh.py


class Chunk:
    """One chunk: its blocks, and what the steps of section 5 know of its values (lists, in row-major order)."""

    def __init__(self, header, ordinal, shape, payload, model):
        self.header, self.element, self.shape, self.model = header, header.element, shape, model
        self.size = product(shape)
        most = 2 * product(header.chunk_shape) * self.element.size + 65536
        demand(len(payload) <= most, f"chunk {ordinal} is too long")
        r = Reader(payload, f"chunk {ordinal}")
        demand(r.uvarint() == ordinal, f"chunk {ordinal} has another number")
        mode = r.u8()
        if mode >= len(MODES):
            raise Refused(f"unknown chunk mode {mode} in an archive of version 1")
        self.name, may, must, limit = MODES[mode]

        self.blocks, last, kind = {}, False, -1
        while not last:
            before, b = kind, r.u8()
            last, kind = bool(b & 64), b & ~64
            demand(kind > before, "blocks not in order")
            payload = r.rest() if last else r.bytes(r.uvarint())
            if kind < 128:
                demand(kind in range(RAW, TABLE + 1), f"unknown block {kind}")
                demand(kind in may, f"a chunk of mode {self.name} has block {kind}")
                self.blocks[kind] = payload
        demand(must <= self.blocks.keys(), f"a chunk of mode {self.name} lacks a block")
        demand(self.size <= (1 << 21 if KEEP in self.blocks else limit), "too many values in a chunk")
        demand(self.name not in ("residual", "latents", "pointwise") or shape[-1] <= 1 << 22, "last axis too long")
        demand(self.name != "pointwise" or header.kind == PWREL, "pointwise without such a bound")
        met[self.name] += 1
        met.update(f"block {kind}" for kind in self.blocks)

    def decode(self):
        """The chunk's elements, in row-major order."""
        if self.name in ("raw", "constant"):
            return self.raw()
        self.mask()
        self.unpredictable()
        self.coded = [not m and i not in self.listed for i, m in enumerate(self.masks)]
        self.own = [NAN] * self.size                        # values of those that are not coded
        for i, m in enumerate(self.masks):
            if m:
                self.own[i] = self.element.value(self.classes[m - 1])
        for i, e in self.listed.items():
            self.own[i] = self.element.value(e)

        estimate = self.estimate() if LATENTS in self.blocks else None
        if self.name == "residual":
            if estimate is not None:
                met["estimate"] += 1
                met["estimate and stencils"] += STENCILS in self.blocks
            values = residual(self, self.element, self.header.eps, self.known(), estimate)
            if KEEP in self.blocks:
                values = keep(self, values)
        elif self.name == "latents":
            values = latents(self, estimate)
        elif self.name == "pointwise":
            values = pointwise(self)
        if self.name == "scan":
            elements = scan_chunk(self)
        else:                                               # the stand-ins of what is not coded need not be elements
            elements = self.element.elements([v if coded else 0.0 for v, coded in zip(values, self.coded)])

        raw = elements.view(f"V{self.element.size}")
        for i, m in enumerate(self.masks):
            if m:
                raw[i] = np.void(self.classes[m - 1])
        for i, e in self.listed.items():
            raw[i] = np.void(e)
        return elements

    def known(self):
        """What takes part in prediction with its own value (8.4); None for others."""
        return {i: self.own[i] for i in self.listed if math.isfinite(self.own[i])}

    # 7. Blocks of several modes ---------------------------------------------------------------------------------------

    def raw(self):
        """7.1"""
        r = Reader(self.blocks[RAW], "the raw block")
        packing, data = r.u8(), r.rest()
        size = self.element.size * (self.size if self.name == "raw" else 1)
        if packing == 1:
            data = unshuffled(unzstd(data, size, "the raw block"), self.element.size)
        elif packing != 0:
            raise Refused(f"unknown packing {packing}")
        demand(len(data) == size, "wrong size of the raw block")
        met[f"{self.name}, packing {packing}"] += 1
        elements = np.frombuffer(data, self.element.dtype)
        return elements if self.name == "raw" else np.repeat(elements, self.size)

    def mask(self):
        """7.2: the class of each value, and the elements of the classes"""
        self.masks, self.classes = [0] * self.size, []
        if MASK not in self.blocks:
            return
        r = Reader(self.blocks[MASK], "the mask block")
        k = r.u8()
        demand(k >= 1, "a mask without classes")
        self.classes = [r.bytes(self.element.size) for _ in range(k)]
        coder = RangeCoder(r.rest())
        special, which = defaultdict(Counter), defaultdict(Counter)
        masks, last = self.masks, 0
        back = list(enumerate(strides(self.shape)))
        for i, at in enumerate(points(self.shape)):
            context = ()
            for c, stride in back:
                context += (at[c] >= 1 and masks[i - stride] > 0, at[c] >= 2 and masks[i - 2 * stride] > 0)
            if not coder.decide(special[context]):
                continue
            if k == 1:
                masks[i] = 1
            else:
                node = 1
                for _ in range(8):
                    node = 2 * node + coder.decide(which[last, node])
                masks[i] = last = node - 256
                demand(1 <= last <= k, "a class that the mask does not have")

    def unpredictable(self):
        """7.3: the elements of the values that are listed"""
        self.listed = {}
        if UNPREDICTABLE not in self.blocks:
            return
        r = Reader(self.blocks[UNPREDICTABLE], "the unpredictable block")
        n = r.uvarint()
        demand(n <= self.size, "too many unpredictable values")
        i, places = -1, []
        for _ in range(n):
            distance = r.uvarint()
            i += distance
            demand(distance >= 1 and i < self.size, "bad index of an unpredictable value")
            places.append(i)
        self.listed = {i: r.bytes(self.element.size) for i in places}
        r.end()

    def estimate(self):
        """7.4: the estimate of each value"""
        demand(self.model is not None, "a chunk needs a model, and there is none")
        window = self.model.window
        demand(len(window) <= len(self.shape), "the model's window has more axes than the chunk")
        window = (1,) * (len(self.shape) - len(window)) + window
        grid = [-(-n // w) for n, w in zip(self.shape, window)]
        windows, per = product(grid), self.model.latents

        r = Reader(self.blocks[LATENTS], "the latents block")
        packing = r.u8()
        if packing == 1:
            data = unzstd(r.rest(), None, "the latents block", limit=5 * windows * per)
            r = Reader(data, "the latents block")
        elif packing != 0:
            raise Refused(f"unknown packing {packing}")
        numbers = [r.svarint() for _ in range(windows * per)]
        r.end()
        demand(all(-2**31 <= q < 2**31 for q in numbers), "a latent of more than 32 bits")

        numbers = np.array(numbers, np.int64).reshape(per, windows).T
        decoded = self.model.decode(numbers, self.element.single).reshape(*grid, *window)
        rank = len(window)
        side_by_side = decoded.transpose([k for c in range(rank) for k in (c, rank + c)])
        field = side_by_side.reshape([g * w for g, w in zip(grid, window)])
        field = field[tuple(slice(0, n) for n in self.shape)].astype(np.float64)
        return np.where(np.isfinite(field), field, 0.0).ravel().tolist()


def points(shape):
    """The coordinates of all points, in row-major order."""
    return itertools.product(*map(range, shape))


# ---------------------------------------------------------------------------------------------------------------------
# 6. Entropy coding
# ---------------------------------------------------------------------------------------------------------------------

ONES64 = (1 << 64) - 1


class RangeCoder:
    """6.1"""

    def __init__(self, data):
        self.data, self.position = data, 0
        self.beyond = 0                                     # words read that begin at or past the end
        self.low, self.high = 0, ONES64
        self.code = self.word() << 32
        self.code += self.word()

    def word(self):
        word = self.data[self.position:self.position + 4]
        if self.position >= len(self.data):
            self.beyond += 1
            demand(self.beyond <= 2, "range coded data is cut off")
        self.position += 4
        return int.from_bytes(word.ljust(4, b"\0"), "big")

    def bit(self, p):
        low, high = self.low, self.high
        mid = low + ((high - low) >> 16) * p
        if self.code <= mid:
            b, high = 1, mid
        else:
            b, low = 0, mid + 1
        while low >> 32 == high >> 32:
            low = low << 32 & ONES64
            high = (high << 32 & ONES64) + 0xffffffff
            self.code = (self.code << 32 & ONES64) + self.word()
        self.low, self.high = low, high
        return b

    def plain(self, n):
        x = 0
        for _ in range(n):
            x = 2 * x + self.bit(32768)
        return x

    def decide(self, counter):
        """6.3"""
        b = self.bit(clamp(counter.P >> 8, 32, 65504))
        counter.update(b)
        return b

    def gamma(self, g):
        """6.4"""
        n = 0
        while n < 32 and self.decide(g.more[n]):
            n += 1
        if n == 0:
            return 0
        m = 2**(n - 1) + self.plain(n - 1)
        return -m if self.decide(g.sign) else m


class PackedBits:
    """6.2"""

    def __init__(self, data):
        self.data, self.position = data, 0                  # in bits

    def packed(self, n):
        demand(n <= 8 * len(self.data) - self.position, "packed bits are cut off")
        first, end = self.position, self.position + n
        self.position = end
        around = int.from_bytes(self.data[first // 8:-(-end // 8)], "little")
        return around >> first % 8 & ((1 << n) - 1)


class Counter:
    """6.3"""

    __slots__ = "P", "n"
    RATES = [655360 // (10 * n + 19) for n in range(256)]

    def __init__(self, q=0.5):
        self.P, self.n = int(2**24 * q), 0

    def update(self, b):
        self.P += ((b << 24) - self.P) * self.RATES[self.n] >> 16
        if self.n < 255:
            self.n += 1


class Gamma:
    """6.4, the state"""

    def __init__(self):
        self.more, self.sign = [Counter() for _ in range(32)], Counter()


def logistic_tables():
    """6.5: squash for −3071 … 3071 (from index 0), stretch for each P >> 12"""
    odds, s = 1.0, []
    for _ in range(3072):
        s.append(math.floor((65536 * odds) / (1 + odds)))
        odds = odds * 1.0039138893383475734436096039034
    squash = [max(65536 - s[-x], 1) if x <= 0 else min(s[x], 65535) for x in range(-3071, 3072)]
    stretch, x = [], -3071
    for high in range(4096):
        while x < 3071 and squash[x + 3071] < 16 * high + 8:
            x += 1
        stretch.append(x)
    return squash, stretch


SQUASH, STRETCH = logistic_tables()


def squash(x):
    return SQUASH[clamp(x, -3071, 3071) + 3071]


def new_row():
    return [Counter() for _ in range(16)]                   # one for each node


class FullMixer:
    """6.6"""

    def __init__(self, coder):
        self.coder = coder
        self.tables = [defaultdict(new_row) for _ in range(6)]
        self.WA, self.WB = defaultdict(self.weights), defaultdict(self.weights)

    @staticmethod
    def weights():
        return [[22937] * 6 + [0], 0]                       # w, n

    def rows(self, *contexts):
        return [table[context] for table, context in zip(self.tables, contexts)]

    def decide(self, rows, node, key_a, key_b):
        counters = [row[node] for row in rows]
        x = [STRETCH[c.P >> 12] for c in counters]
        x.append(85)
        a, b = self.WA[key_a], self.WB[key_b]
        total = 0
        for xi, wa, wb in zip(x, a[0], b[0]):
            total += xi * (wa + wb)
        p = squash(total >> 17)
        bit = self.coder.bit(p)
        err = 65536 * bit - p
        for s in a, b:
            s[1] = min(s[1] + 1, 1024)
            step = err * (14 + 2048 // (s[1] + 40))
            s[0] = [w + (step * xi + 131072 >> 18) for w, xi in zip(s[0], x)]
        for c in counters:
            c.update(bit)
        return bit


class LightMixer:
    """6.6"""

    def __init__(self, coder):
        self.coder = coder
        self.tables = [defaultdict(new_row) for _ in range(3)]
        self.W = defaultdict(lambda: [[24903] * 3, 960])    # w, R

    def rows(self, *contexts):
        return [table[context] for table, context in zip(self.tables, contexts)]

    def decide(self, rows, node, key):
        counters = [row[node] for row in rows]
        x = [STRETCH[c.P >> 12] for c in counters]
        s = self.W[key, node]
        p = squash(sum(xi * w for xi, w in zip(x, s[0])) >> 16)
        bit = self.coder.bit(p)
        step = (65536 * bit - p) * (s[1] >> 4)
        if s[1] > 224:
            s[1] -= s[1] >> 5
        s[0] = [w + (step * xi + 131072 >> 18) for w, xi in zip(s[0], x)]
        for c in counters:
            c.update(bit)
        return bit


def bin_code(mix, sign, tail, detail, low):
    """6.7"""
    if not mix(0):
        return 0
    negative = sign()
    e = 0
    while e < 5 and mix(2 + e):
        e += 1
    if e == 5:
        while e < 63 and tail(e):
            e += 1
    v, rest = 1, e
    if 1 <= e <= 5:
        node = (7, 8, 11, 14, 15)[e - 1]
        d = detail(node)
        v = 2 * v + d
        rest -= 1
        if e in (2, 3):
            v = 2 * v + detail(node + 1 + d)
            rest -= 1
    v = (v << rest) + low(rest)
    return wrap64(-v if negative else v)


class Message:
    """6.8"""

    def __init__(self, data):
        r = Reader(data, "a message")
        self.frequencies(RangeCoder(r.bytes(r.uvarint())))
        self.x = [r.u32(), r.u32()]
        self.words, self.position, self.tokens = r.rest(), 0, 0

    def frequencies(self, coder):
        used, size = Counter(), defaultdict(Counter)
        self.f = []
        for context in range(12):
            f = [0] * 91
            if coder.decide(used):
                left, before = 4096, 0
                for token in range(91):
                    if left <= 0:
                        break
                    n = 0
                    while n <= 12 and coder.decide(size[before, n]):
                        n += 1
                    v = 0 if n == 0 else 2**(n - 1) + coder.plain(n - 1)
                    f[token] = min(v, left)
                    left -= f[token]
                    before = n
                demand(left == 0, "frequencies of a message do not add up")
            else:
                f[0] = 4096
            self.f.append(f)
        # for each context and s: the token
        self.token = [[t for t, n in enumerate(f) for _ in range(n)] for f in self.f]
        self.start = [list(itertools.accumulate(f, initial=0)) for f in self.f]

    def next(self, context):
        i = self.tokens % 2
        self.tokens += 1
        x = self.x[i]
        s = x % 4096
        token = self.token[context][s]
        x = self.f[context][token] * (x >> 12) + s - self.start[context][token]
        if x < 1 << 16:
            word = self.words[self.position:self.position + 2]
            self.position += 2
            x = (x << 16) + int.from_bytes(word.ljust(2, b"\0"), "little")
        self.x[i] = x
        return token


# ---------------------------------------------------------------------------------------------------------------------
# 8. Mode 2: residual
# ---------------------------------------------------------------------------------------------------------------------

def residual(chunk, element, eps, known, estimate=None):
    """The values that blocks 5 and 6 decode to. `known` has the own values of 8.4 by index."""
    r = Reader(chunk.blocks[RESIDUAL], "the residual block")
    coder, k, order = r.u8(), r.u8(), permutation(r.u8(), len(chunk.shape))
    if coder > 2:
        raise Refused(f"unknown coder {coder}")
    demand(k <= 60 or k == 255, f"unknown quantiser {k}")
    demand(k == 255 or 0 < eps < INF, "a quantiser without a bound")
    demand(chunk.header.kind != PWREL or chunk.name == "pointwise" or k == 255, "a quantiser without a bound")
    coder = StaticCoder(r.rest()) if coder == 0 else MixCoder(r.rest(), full=coder == 2)
    met[f"{chunk.name}, {coder.name} coder"] += 1
    met["quantiser " + ("255" if k == 255 else "0" if k == 0 else "1 to 60")] += 1

    shape = chunk.shape
    passes = list(traversal(shape, order))
    if STENCILS in chunk.blocks:
        read_stencils(chunk.blocks[STENCILS], passes)
    step, reconstruct = quantiser(element, k, eps)
    inv = divide(1.0, step)
    lossless = k == 255

    v = [0.0] * chunk.size                                  # reconstructed values
    magnitude = [0] * chunk.size                            # 8.5
    S = [0] * chunk.size                                    # sign classes (8.6)

    def visit(i, p, context):
        if chunk.coded[i]:
            q = coder.bin(context)
            magnitude[i] = min(abs(q), 127)
            S[i] = 0 if q == 0 else 1 if q < 0 else 2
            v[i] = reconstruct(p, q)
        elif i in known:
            v[i] = known[i]
        else:
            stand_in = element.rounded(p)
            v[i] = stand_in if math.isfinite(stand_in) else 0.0

    origin = Context()
    origin.side = 3 if len(shape) == 1 else 2
    visit(0, 0.0, origin)

    for P in passes:
        a, eta, last = P.a, P.eta, P.last
        sums = Sums(P, magnitude)
        means = defaultdict(float)                          # the running mean of 8.3
        for at in itertools.product(*P.ranges):
            i = sum(x * s for x, s in zip(at, P.strides))
            u = at[a] // P.half
            inner = u + 1 <= last

            if inner and P.stencil:
                around = (v[i - eta] + v[i + eta]) * 0.5
                if P.running_mean:
                    key, t = at[1:], at[0] // P.step[0]
                    if t >= 1:
                        j = i - P.step[0] * P.strides[0]
                        d = v[j] - (v[j - eta] + v[j + eta]) * 0.5
                        if math.isfinite(d):
                            means[key] += (1 / min(t, 32)) * (d - means[key])
                p = around
                for tap, w in zip(P.taps, P.stencil):
                    if w != 0:
                        if tap.move.inside(at):
                            y = v[i + tap.move.by]
                        elif tap.causal:
                            continue
                        else:
                            y = v[i - eta] if tap.back else v[i + eta]
                        p = p + w * (y - around)
                if P.running_mean and P.stencil[-1] != 0:
                    p = p + P.stencil[-1] * means[key]
            else:
                p = interpolation(v, i, eta, u, last)
                if estimate is not None:
                    p = p + (estimate[i] - interpolation(estimate, i, eta, u, last))

            context = None
            if chunk.coded[i]:
                context = sums.context(i, at)
                if inner and not lossless:
                    context.gradients(v[i - eta], v[i + eta], p, inv)
                context.sign_classes = lambda: P.sign_classes(S, i, at)
            visit(i, p, context)
    return v


class Pass:
    """8.1: a pass of axis a"""

    def __init__(self, shape, level, a, half, done):
        self.shape, self.level, self.a, self.half = shape, level, a, half
        self.rank, self.z = len(shape), len(shape) - 1
        self.first = [half if c == a else 0 for c in range(self.rank)]
        self.step = [half if c in done else 2 * half for c in range(self.rank)]
        self.ranges = [range(f, n, s) for f, n, s in zip(self.first, shape, self.step)]
        self.strides = strides(shape)
        self.eta = half * self.strides[a]
        self.last = (shape[a] - 1) // half
        self.stencil = None                                 # its weights

        # 8.3
        self.running_mean = self.rank > 1 and a != 0 and len(self.ranges[0]) >= 8
        # 8.6
        self.delta = self.step[self.z]
        others = [c for c in range(self.rank) if c != a]
        self.zeta = self.step[others[0]] * self.strides[others[0]] if others else 0

    def move(self, *steps):
        """(distance, axis), ...: a displacement"""
        offset = [0] * self.rank
        for d, c in steps:
            offset[c] += d
        return Move(offset, self.shape)

    def sign_classes(self, S, i, at):
        """8.6: L, LL, U, UL, UR, V, N0 … N5"""
        def s(j):
            return S[j] if 0 <= j < len(S) else 0

        z, delta, eta, zeta = self.z, self.delta, self.eta, self.zeta
        L = s(i - delta) if at[z] > self.first[z] else 0
        LL = s(i - 2 * delta)
        U = UL = UR = V = 0
        if z >= 1 and at[z - 1] >= self.step[z - 1]:
            up = i - self.step[z - 1] * self.strides[z - 1]
            U, UL, UR = s(up), s(up - delta), s(up + delta)
        if z >= 2 and at[z - 2] >= self.step[z - 2]:
            V = s(i - self.step[z - 2] * self.strides[z - 2])
        N = [s(i - eta), s(i + eta), 0, 0, 0, 0]
        if z >= 1:
            N[2:] = s(i - eta - zeta), s(i + eta - zeta), s(i - eta + zeta), s(i + eta + zeta)
        return L, LL, U, UL, UR, V, *N


def traversal(shape, order):
    """8.1: the passes, without the origin"""
    for level in range(bits(max(shape) - 1), 0, -1):
        half = 2**(level - 1)
        done = set()
        for a in order:
            if half < shape[a]:
                yield Pass(shape, level, a, half, done)
            done.add(a)


def interpolation(v, i, eta, u, last):
    """8.2: v(j) is v[i + j·eta]"""
    if u >= 3 and u + 3 <= last:
        return (9 * (v[i - eta] + v[i + eta]) - (v[i - 3 * eta] + v[i + 3 * eta])) / 16
    if u + 3 <= last:
        return ((3 * v[i - eta] + 6 * v[i + eta]) - v[i + 3 * eta]) / 8
    if u >= 3 and u + 1 <= last:
        return ((3 * v[i + eta] + 6 * v[i - eta]) - v[i - 3 * eta]) / 8
    if u + 1 <= last:
        return (v[i - eta] + v[i + eta]) / 2
    if u >= 5:
        return ((15 * v[i - eta] - 10 * v[i - 3 * eta]) + 3 * v[i - 5 * eta]) / 8
    if u >= 3:
        return (3 * v[i - eta] - v[i - 3 * eta]) / 2
    return v[i - eta]


class Tap:
    def __init__(self, move, back=False, causal=False):
        self.move, self.back, self.causal = move, back, causal


def taps(P):
    """8.3: the taps of a pass, in order"""
    a, half, step, z = P.a, P.half, P.step, P.z
    yield Tap(P.move((-half, a)), back=True)
    yield Tap(P.move((-3 * half, a)), back=True)
    yield Tap(P.move((3 * half, a)))
    if P.rank <= 2:
        yield Tap(P.move((-5 * half, a)), back=True)
        yield Tap(P.move((5 * half, a)))
    for c in range(P.rank):
        if c != a:
            yield Tap(P.move((-half, a), (-step[c], c)), back=True)
            yield Tap(P.move((-half, a), (step[c], c)), back=True)
            yield Tap(P.move((half, a), (-step[c], c)))
            yield Tap(P.move((half, a), (step[c], c)))
    for c in range(z):
        yield Tap(P.move((-step[c], c)), causal=True)
        yield Tap(P.move((-step[c], c), (-step[z], z)), causal=True)
        yield Tap(P.move((-step[c], c), (step[z], z)), causal=True)


def read_stencils(block, passes):
    """8.3"""
    coder = RangeCoder(block)
    used, Gp, Gw = Counter(), Gamma(), [Gamma() for _ in range(8)]
    precision = 0
    for P in passes:
        if not coder.decide(used):
            continue
        P.taps = list(taps(P))
        precision += coder.gamma(Gp)
        t = clamp(precision, 1, 24)
        n = len(P.taps) + P.running_mean
        P.stencil = [wrap32(coder.gamma(Gw[min(k, 7)])) * 2.0**-t for k in range(n)]
        met["stencil with a running mean" if P.running_mean and P.stencil[-1] else "stencil"] += 1


def quantiser(element, k, eps):
    """8.4: the step of bins, and how a coded value is reconstructed from its prediction and its bin"""
    n = element.value_bits
    if k == 255:
        step = 1.0

        def value(p, q):
            p = element.rounded(p)
            return unordered(wrap(ordered(p if math.isfinite(p) else 0.0, n) + q, n), n)
    elif element.integer:
        step = float(2 * math.floor(min(eps, 2.0**52)) + 1)

        def value(p, q):
            return element.rounded(clamp(rne(p) + q * step, float(element.lo), float(element.hi)))
    else:
        step = 2 * min(eps, 2.0**1020)
        if k > 0:
            step = step - step * 2.0**-k
        if element.half:
            def value(p, q):
                return f16(clamp(p + q * step, -65504.0, 65504.0))
        else:
            def value(p, q):
                return element.rounded(p + q * step)

    def reconstruct(p, q):
        x = value(p, q)
        return x if x == x else 0.0                         # a value that is NaN is 0 instead

    return step, reconstruct


# 8.5. Contexts --------------------------------------------------------------------------------------------------------

def magnitude_class(s):
    s = min(s, 2047)
    if s < 6:
        return s
    log = bits(s) - 1
    return min(2 * log + 1 + (s >> (log - 1) & 1), 24)


MC = [magnitude_class(s) for s in range(2048)]


def mc(s):
    return MC[min(s, 2047)]


class Context:
    """8.5: what is known of a point before its bin; at first as for the origin"""

    def __init__(self, pc=9, fine=1, side=2):
        self.pc, self.fine, self.side = pc, fine, side
        self.coarse = self.cross = self.above = self.diag = self.left = 0
        self.causal = self.tot = self.xc = 0
        self.gsize = self.csize = 0
        self.gsign = self.csign = 0
        self.sign_classes = lambda: (0,) * 12

    def gradients(self, before, behind, p, inv):
        grad = f32((before - behind) * (4 * inv))
        curv = f32((p - (before + behind) * 0.5) * (8 * (4 * inv)))
        self.gsize, self.csize = size_class(grad), size_class(curv)
        self.gsign, self.csign = signed_class(grad), signed_class(curv)


def size_class(x):
    return min(bits(int(abs(x))), 12) if math.isfinite(x) else 12


def signed_class(x):
    if not math.isfinite(x):
        return 2
    return 4 if x >= 8 else 3 if x >= 1 else 0 if x <= -8 else 1 if x <= -1 else 2


class Sums:
    """8.5: sums of magnitudes around the points of a pass"""

    def __init__(self, P, magnitude):
        self.P, self.magnitude = P, magnitude
        a, half, step, z = P.a, P.half, P.step, P.z
        self.coarse = [P.move((d, a)) for d in (-half, half)]
        self.cross, self.diag = [], []
        if P.rank > 1:
            c = max(c for c in range(P.rank) if c != a)
            self.cross = [P.move((d, a), (e, c)) for d in (-half, half) for e in (-step[c], step[c])]
            self.diag = [P.move((-step[z - 1], z - 1), (e, z)) for e in (-step[z], step[z])]
        self.above = [P.move((-step[c], c)) for c in range(z)]
        self.pc = (min(P.level, 4) - 1) * 3 + min(a, 2)
        self.fine = 0 if P.level == 1 else 1
        self.side = 2 * self.fine + (1 if a == z else 0)

    def sum(self, moves, i, at):
        total = 0
        for move in moves:
            if move.inside(at):
                total += self.magnitude[i + move.by]
        return total

    def context(self, i, at):
        x = Context(self.pc, self.fine, self.side)
        x.coarse = self.sum(self.coarse, i, at)
        x.cross = self.sum(self.cross, i, at)
        x.above = self.sum(self.above, i, at)
        x.diag = self.sum(self.diag, i, at)
        z = self.P.z
        x.left = self.magnitude[i - self.P.step[z]] if at[z] > self.P.first[z] else 0
        x.causal = x.above + x.left
        x.tot = mc(2 * x.causal + x.diag + x.coarse + (x.cross + 1) // 2)
        x.xc = mc((x.cross + 1) // 2)
        return x


class MixCoder:
    """8.6: the light and the full coder"""

    def __init__(self, codes, full):
        self.coder = RangeCoder(codes)
        self.full, self.name = full, "full" if full else "light"
        self.mixer = FullMixer(self.coder) if full else LightMixer(self.coder)
        self.tails = defaultdict(Counter)
        self.signs = FullMixer(self.coder) if full else defaultdict(Counter)

    def bin(self, x):
        causal, coarse = mc(x.causal), mc(x.coarse)
        contexts = [(x.pc, min(causal, 15), min(coarse, 15)),
                    (x.fine, x.gsize, min(causal, 11), min(x.xc, 13)),
                    (x.side, x.csize, x.tot)]
        if self.full:
            contexts += [(x.pc, x.tot),
                         (x.side, min(x.left, 5), min(mc(x.above), 11), min(mc((x.diag + 1) // 2), 9)),
                         (x.fine, min(coarse, 13), min(x.xc, 13), min(causal, 13))]
        rows = self.mixer.rows(*contexts)

        def mix(node):
            if self.full:
                return self.mixer.decide(rows, node, (x.pc, node), (x.tot, node))
            return self.mixer.decide(rows, node, (x.fine, x.tot))

        def tail(e):
            return self.coder.decide(self.tails[x.tot, e])

        return bin_code(mix, lambda: self.sign(x), tail, mix, self.coder.plain)

    def sign(self, x):
        L, LL, U, UL, UR, V, N0, N1, N2, N3, N4, N5 = x.sign_classes()
        if not self.full:
            return self.coder.decide(self.signs[x.pc, L, U, N0, N1])
        rows = self.signs.rows((x.pc, L, U, N0, N1), (x.pc // 3, L, LL, UL, U, UR), (U, V, L, N0, N1),
                               (x.pc, N2, N3, N4, N5), (x.pc // 3, V, UL, UR, LL), (x.pc, x.gsign, x.csign))
        return self.signs.decide(rows, 0, x.pc, (L, U, N0, N1))


class StaticCoder:
    """8.7"""

    name = "static"

    def __init__(self, codes):
        r = Reader(codes, "the codes")
        self.message = Message(r.bytes(r.uvarint()))
        self.extra = PackedBits(r.rest())

    def bin(self, x):
        token = self.message.next(min(2 * mc(x.coarse + x.above + 2 * x.left) // 3, 11))
        if token < 32:
            z = token
        else:
            e = token - 27
            z = 2**e + self.extra.packed(e)
        return zigzag(z)


# ---------------------------------------------------------------------------------------------------------------------
# 9. Keep
# ---------------------------------------------------------------------------------------------------------------------

FALLING, TIE, RISING, UNKNOWN = range(4)                    # signs of edges


def keep(chunk, values):
    return Keep(chunk, values).decode()


class Keep:
    """The projected values. Places are row-major indices in the chunk with a border of two places all around it, which
    no value has: so a neighbour's place is the value's and a difference, and what is off the grid is not ordinary."""

    BORDER = 2

    def __init__(self, chunk, values):
        self.chunk, self.element, self.eps = chunk, chunk.element, chunk.header.eps
        demand(0 < self.eps < INF, "a keep block without a bound")
        r = Reader(chunk.blocks[KEEP], "the keep block")
        b = r.u8()
        self.level = (b & 7) | (b >> 6) << 3
        if not 1 <= self.level <= 4:
            raise Refused(f"unknown keep level {self.level} in an archive of version 1")
        self.ties, self.bisects, self.witnesses = b >> 3 & 1, b >> 4 & 1, b >> 5 & 1
        met[f"keep level {self.level}"] += 1
        met.update(name for name, flag in (("keep with ties", self.ties), ("keep with bisections", self.bisects),
                                           ("keep with witnesses", self.witnesses)) if flag)

        self.shape = [n for n in chunk.shape if n > 1] or [1]
        self.d = len(self.shape)
        demand(self.level != 4 or len(chunk.shape) <= 3, "order is kept in rank 1 to 3 only")
        self.order = permutation(r.u8(), self.d)
        self.depth = r.u8()
        demand(self.depth <= 18, "tables too large")
        self.coder = RangeCoder(r.rest())

        padded = [n + 2 * self.BORDER for n in self.shape]
        self.strides = strides(padded)
        self.coordinates = list(points(self.shape))
        self.places = [self.to(at) + sum(self.BORDER * s for s in self.strides) for at in self.coordinates]
        n = product(padded)
        self.values, self.ordinary, self.fixed, self.bisected = [NAN] * n, [False] * n, [False] * n, [False] * n
        self.kappa, self.lo, self.hi = [0] * n, [0] * n, [0] * n
        for place, x, own, coded in zip(self.places, values, chunk.own, chunk.coded):
            demand(not coded or math.isfinite(x), "a value that is not finite in a keep chunk")
            self.ordinary[place] = coded or chunk.header.ordinary(own)
            self.fixed[place] = not coded and self.ordinary[place]
            self.values[place] = x if coded else own
        # what takes part: (place, coordinates), in row-major order
        self.members = [(p, at) for p, at in zip(self.places, self.coordinates) if self.ordinary[p]]
        self.residual_values = values

        # 9.3: directions
        offsets = [o for o in itertools.product((-1, 0, 1), repeat=self.d) if next((x for x in o if x), 0) == 1]
        axes = [o for o in offsets if weight(o) == 1]
        others = [o for o in offsets if weight(o) > 1]
        axes.sort(reverse=True)                             # (1, 0, 0) first
        others.sort(reverse=True)
        others.sort(key=weight)
        self.all_directions = axes + others
        self.directions = axes + others if self.level == 4 else axes if self.level in (2, 3) else []
        self.number = {o: k for k, o in enumerate(self.all_directions)}

    def to(self, offset):
        """The difference of places of an offset."""
        return sum(x * s for x, s in zip(offset, self.strides))

    def decode(self):
        self.intervals()
        self.field()                                        # of the values before bisection
        if self.bisects:
            self.bisections()
        self.find_edges()
        if self.level in (2, 3, 4):
            self.signs_of_edges()
        self.marked = {}                                    # place: kind
        self.witnessed = []                                 # constraints
        if self.level in (1, 3):
            self.extrema()
        before = self.index_of
        self.projection()
        values = list(self.residual_values)
        for i, place in enumerate(self.places):
            if self.ordinary[place] and self.chunk.coded[i] and self.kappa[place] != before[place]:
                values[i] = self.from_lattice(self.kappa[place])
        return values

    # 9.1 ---------------------------------------------------------------------------------------------------------------

    def to_lattice(self, x):
        """The lattice index of x, once it is rounded to the value type (f16: to binary16)."""
        if self.element.integer:
            return int(x)
        n, greatest = 64, sys.float_info.max
        if self.element.half:
            n, x, greatest = 16, f16(x), 65504.0
        elif self.element.single:
            n, x, greatest = 32, f32(x), float(np.finfo(np.float32).max)
        o = ordered(clamp(x, -greatest, greatest), n)
        return o if o >= 0 else o + 1

    def from_lattice(self, kappa):
        if self.element.integer:
            return float(kappa)
        n = 16 if self.element.half else self.element.value_bits
        return unordered(kappa if kappa >= 0 else kappa - 1, n)

    def intervals(self):
        n = min(math.floor(self.eps), 2**54)
        e = self.eps * (1 + 2.0**-51)
        for p, _ in self.members:
            x = self.values[p]
            self.kappa[p] = k = self.to_lattice(x)
            if self.fixed[p]:
                self.lo[p], self.hi[p] = k, k
            elif self.element.integer:
                self.lo[p], self.hi[p] = max(k - n, self.element.lo), min(k + n, self.element.hi)
            else:
                self.lo[p], self.hi[p] = self.to_lattice(x - e), self.to_lattice(x + e)
        self.index_of = list(self.kappa)                    # of the decoded value

    # 9.2 ---------------------------------------------------------------------------------------------------------------

    def bisections(self):
        some, more = defaultdict(lambda: Counter(1 / 8)), defaultdict(Counter)
        coder, lo, hi = self.coder, self.lo, self.hi
        for p, at in self.members:
            if self.fixed[p] or not lo[p] < hi[p]:
                continue
            edge = any(x in (0, n - 1) for x, n in zip(at, self.shape))
            before = tuple(self.ordinary[p - s] and (self.fixed[p - s] or self.bisected[p - s]) for s in self.strides)
            if not coder.decide(some[edge, before]):
                continue
            self.bisected[p] = True
            for k in itertools.count(1):
                middle = lo[p] + (hi[p] - lo[p]) // 2
                if coder.plain(1):
                    lo[p] = middle + 1
                else:
                    hi[p] = middle
                if lo[p] == hi[p]:
                    self.fixed[p] = True
                    break
                if not coder.decide(more[min(k, 63)]):
                    break
            self.kappa[p] = clamp(self.kappa[p], lo[p], hi[p])

    # 9.3 ---------------------------------------------------------------------------------------------------------------

    def relation(self, p, q):
        """What the intervals say of q, seen from p: RISING (q is above), FALLING, TIE or UNKNOWN"""
        lo, hi = self.lo, self.hi
        if hi[p] < lo[q]:
            return RISING
        if lo[p] > hi[q]:
            return FALLING
        if lo[p] == hi[p] == lo[q] == hi[q]:
            return TIE
        return UNKNOWN

    def find_edges(self):
        self.sign = [[UNKNOWN] * len(self.ordinary) for _ in self.directions]
        self.open = [set() for _ in self.directions]        # starts of open edges
        for k, D in enumerate(self.directions):
            to = self.to(D)
            for p, _ in self.members:
                if self.ordinary[p + to]:
                    self.sign[k][p] = self.relation(p, p + to)
                    if self.sign[k][p] == UNKNOWN:
                        self.open[k].add(p)

    # 9.4 ---------------------------------------------------------------------------------------------------------------

    def paths(self, D):
        """The paths of an edge of direction D: for each the edges, as (direction, difference of places, backwards)"""
        zero = (0,) * self.d
        routes = []
        if weight(D) == 1:
            for b in range(self.d):
                if not D[b]:
                    step = unit(b, self.d)
                    routes.append([zero, minus(zero, step), minus(D, step), D])
                    routes.append([zero, step, plus(D, step), D])
        if self.level == 4:
            found = []
            for U in self.directions:
                for back, via in enumerate((U, minus(zero, U))):
                    W = minus(D, via)
                    W = W if W in self.number else minus(zero, W)
                    if W in self.number:
                        key = (self.number[U] + self.number[W], self.number[U], back)
                        found.append((key, [zero, via, D]))
            routes += [route for key, route in sorted(found)]
        return [[self.edge(p, q) for p, q in zip(route, route[1:])] for route in routes]

    def edge(self, p, q):
        """The edge between two offsets from the start."""
        move = minus(q, p)
        if move in self.number:
            return self.number[move], self.to(p), False
        return self.number[minus((0,) * self.d, move)], self.to(q), True

    def along(self, path, s):
        """The signs along a path from s"""
        signs = []
        for k, to, backwards in path:
            g = self.sign[k][s + to]
            signs.append(2 - g if backwards and g != UNKNOWN else g)
        return signs

    def field(self):
        factor = divide(32, self.eps)
        self.F = [0] * len(self.values)
        for p, _ in self.members:
            x = self.values[p] * factor
            self.F[p] = wrap32(round(x)) if abs(x) < 2.0**62 else 0
        M = self.F
        for stride in self.strides:
            new = list(M)
            for p, _ in self.members:
                before = M[p - stride] if self.ordinary[p - stride] else M[p]
                after = M[p + stride] if self.ordinary[p + stride] else M[p]
                new[p] = wrap32(before + 2 * M[p] + after)
            M = new
        self.M = M

    def signs_of_edges(self):
        count = sum(map(len, self.open))                    # open edges before any is coded
        self.H = 2**8
        while self.H < 2**self.depth and self.H < count // 4:
            self.H *= 2
        self.mixer = FullMixer(self.coder)
        for k in [*self.order, *range(self.d, len(self.directions))]:
            self.direction(k, self.directions[k])

    def direction(self, k, D):
        to = self.to(D)
        paths = self.paths(D)
        coding = EdgeContext(self, k, D, paths)
        means = defaultdict(int)
        for s, at in self.members:
            if not self.ordinary[s + to]:
                continue
            key = at[1:]
            if s in self.open[k]:
                sign = self.told(paths, s)
                if sign == UNKNOWN:
                    sign = coding.sign(s, means[key] if D[0] == 0 else 0)
                self.sign[k][s] = sign
            if D[0] == 0:                                   # the mean sign
                mu = means[key]
                means[key] = mu + (((self.sign[k][s] - 1) * 4096 - mu) * (65536 // min(at[0] + 1, 16)) >> 16)

    def told(self, paths, s):
        """What the first path that tells something tells"""
        for path in paths:
            signs = set(self.along(path, s))
            if signs == {TIE}:
                return TIE
            if signs <= {TIE, RISING}:
                return RISING
            if signs <= {TIE, FALLING}:
                return FALLING
        return UNKNOWN

    # 9.5 ---------------------------------------------------------------------------------------------------------------

    def extrema(self):
        self.extremum, self.witness_counter = defaultdict(Counter), defaultdict(Counter)
        self.rank, self.tied = defaultdict(Counter), Counter(1 / 16)
        self.offsets = []                                   # difference of places, and the axis for level 3
        for D in self.all_directions:
            axis = D.index(1) if weight(D) == 1 else None
            self.offsets += [(self.to(D), axis, False), (-self.to(D), axis, True)]
        for p, _ in self.members:
            for kind in MINIMUM, MAXIMUM:
                if not self.extremum_at(p, kind):
                    continue
                self.marked[p] = kind
                break

    def edge_says(self, p, to, axis, backwards):
        """What the edge along an axis says of the neighbour, seen from p; keep level 3"""
        if self.level != 3 or axis is None:
            return UNKNOWN
        g = self.sign[axis][p + to if backwards else p]
        return 2 - g if backwards and g != UNKNOWN else g

    def extremum_at(self, p, kind):
        neighbours = [(p + to, self.edge_says(p, to, axis, backwards))
                      for to, axis, backwards in self.offsets if self.ordinary[p + to]]
        if not neighbours:
            return False
        if any(self.marked.get(q) == kind for q, _ in neighbours):
            return False
        above, below = (RISING, FALLING) if kind == MINIMUM else (FALLING, RISING)
        relations = [self.relation(p, q) for q, _ in neighbours]
        if any(r in (below, TIE) for r in relations) or any(e in (below, TIE) for _, e in neighbours):
            return False
        sure = all(above in (r, e) for r, (_, e) in zip(relations, neighbours))
        if sure:
            return True
        return self.candidate(p, kind, [q for q, _ in neighbours], [r == above for r in relations])

    def candidate(self, p, kind, neighbours, above):
        D = [wrap32(self.F[q] - self.F[p]) for q in neighbours]
        if kind == MAXIMUM:
            D = [-x for x in D]
        m = classed(min(D), 5, 25)
        n = classed(quot(sum(D), len(D)), 5, 25)
        if self.coder.decide(self.extremum[m, n]):
            return True
        if not self.witnesses or not self.coder.decide(self.witness_counter[m]):
            return False
        listed = [(wrap32(x), i) for i, x in enumerate(D) if not above[i]]
        listed.sort()
        for k in range(len(listed) - 1):
            if self.coder.decide(self.rank[min(k, 15)]):
                break
        else:
            k = len(listed) - 1
        q = neighbours[listed[k][1]]
        if self.coder.decide(self.tied):
            self.witnessed.append((p, q, TIE))
        else:
            self.witnessed.append((p, q, FALLING if kind == MINIMUM else RISING))
        return False

    # 9.6 ---------------------------------------------------------------------------------------------------------------

    def projection(self):
        constraints = []                                    # (p, q, what q is, seen from p)
        for k, D in enumerate(self.directions):
            constraints += [(p, p + self.to(D), self.sign[k][p]) for p in self.open[k]]
        neighbours = [self.to(D) for D in self.all_directions]
        neighbours = [s * to for to in neighbours for s in (1, -1)]
        for p, kind in self.marked.items():
            sign = RISING if kind == MINIMUM else FALLING
            constraints += [(p, p + to, sign) for to in neighbours if self.ordinary[p + to]]
        constraints += self.witnessed

        # classes of equal values, named by the member that is first in row-major order
        parent = {p: p for p, _ in self.members}

        def first(p):
            while parent[p] != p:
                parent[p] = p = parent[parent[p]]
            return p

        for p, q, sign in constraints:
            if sign == TIE:
                p, q = first(p), first(q)
                parent[max(p, q)] = min(p, q)
        lo, hi, kappa = {}, {}, {}
        for p, _ in self.members:
            c = first(p)
            lo[c] = max(lo.get(c, self.lo[p]), self.lo[p])
            hi[c] = min(hi.get(c, self.hi[p]), self.hi[p])
            kappa.setdefault(c, self.kappa[p])

        below, above = defaultdict(set), defaultdict(set)   # the classes below and above each
        for p, q, sign in constraints:
            p, q = first(p), first(q)
            if sign == RISING:
                above[p].add(q)
                below[q].add(p)
            elif sign == FALLING:
                above[q].add(p)
                below[p].add(q)

        order, waiting = [], {c: len(below[c]) for c in lo}
        ready = [c for c in lo if not waiting[c]]
        while ready:
            c = ready.pop()
            order.append(c)
            for other in above[c]:
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
        demand(len(order) == len(lo), "the constraints of a keep block have a cycle")

        L, U = {}, {}
        for c in order:
            L[c] = max([lo[c]] + [L[b] + 1 for b in below[c]])
        for c in reversed(order):
            U[c] = min([hi[c]] + [U[b] - 1 for b in above[c]])
            demand(L[c] <= U[c], "the constraints of a keep block contradict the bound")
        for c in order:
            kappa[c] = min(max([kappa[c], L[c]] + [kappa[b] + 1 for b in below[c]]), U[c])
        for p, _ in self.members:
            self.kappa[p] = kappa[first(p)]

        if self.level == 1:                                 # false extrema
            for p, _ in self.members:
                if self.fixed[p] or self.bisected[p]:
                    continue
                for kind, extreme in (MINIMUM, min), (MAXIMUM, max):
                    around = [p + to for to in neighbours if self.ordinary[p + to]]
                    k = self.kappa[p]
                    if not around or self.marked.get(p) == kind:
                        continue
                    n = extreme(self.kappa[q] for q in around)
                    if (k < n if kind == MINIMUM else k > n):
                        if not any(self.kappa[q] == n and q in self.marked for q in around):
                            self.kappa[p] = n


MINIMUM, MAXIMUM = "minimum", "maximum"


def weight(offset):
    """The number of numbers other than 0"""
    return sum(x != 0 for x in offset)


def unit(c, d):
    return tuple(int(x == c) for x in range(d))


def plus(a, b):
    return tuple(x + y for x, y in zip(a, b))


def minus(a, b):
    return tuple(x - y for x, y in zip(a, b))


def classed(x, w, n):
    """b(x, w, n) of 9.4"""
    h = w // 2 if x >= 0 else -(w // 2)
    return n // 2 + clamp(quot(x + h, w), -(n // 2), n // 2)


class EdgeContext:
    """9.4: context and coding of the edges of a direction"""

    def __init__(self, keep, k, D, paths):
        self.keep, self.k, self.D, self.paths = keep, k, D, paths
        self.to = keep.to(D)
        d = keep.d
        axes = [unit(c, d) for c in range(d)]
        self.side = [s * keep.strides[c] for c in range(d) if D[c] == 0 for s in (-1, 1)]
        n = weight(D)
        self.dir_class = min(k, 4) if n == 1 else 7 if n == 3 else 6 if min(D) < 0 else 5

        back = minus((0,) * d, D)
        near = [back]
        near += [minus((0,) * d, axes[c]) for c in reversed(range(d)) if n > 1 or D[c] == 0][:2]
        near += [back] * (3 - len(near))
        self.near = [keep.to(o) for o in near]
        wide = []
        for c in reversed(range(d)):
            for b in range(c + 1, d):
                wide.append(minus(minus((0,) * d, axes[c]), axes[b]))
                wide.append(plus(minus((0,) * d, axes[c]), axes[b]))
        self.wide = [keep.to(o) for o in wide[:6]]

    def exists(self, s):
        return self.keep.ordinary[s] and self.keep.ordinary[s + self.to]

    def difference(self, s):
        return wrap32(self.keep.F[s + self.to] - self.keep.F[s])

    def sign(self, s, mu):
        keep, to = self.keep, self.to
        signs = keep.sign[self.k]
        d0 = self.difference(s)

        def other(start):
            return self.difference(start) if self.exists(start) else d0

        along = (other(s - to) + other(s + to)) >> 1
        across = quot(sum(other(s + o) for o in self.side), len(self.side)) if self.side else d0
        mean = quot(4 * d0 + 3 * along + 3 * across, 10)
        smooth = wrap32(keep.M[s + to] - keep.M[s]) >> (2 * keep.d)

        around = [signs[s + o] for o in self.near]
        near3 = base4(around)
        far = [signs[s + o] for o in self.wide]
        if self.exists(s - to):
            far.append(signs[s - 2 * to])
        wide = base4(far)
        paths = 0
        for path in self.paths[:4]:
            paths = paths * 64 + base4(keep.along(path, s))

        b = classed
        rows = keep.mixer.rows(self.hash(paths, 64 * wide + near3),
                               (near3, b(d0, 8, 17)),
                               (b(mu, 800, 11), b(mean, 5, 33), b(smooth, 6, 17)),
                               self.hash(wide, 13 * near3 + b(mean, 10, 13)),
                               (b(d0, 10, 13), b(along, 10, 13), b(across, 10, 13)),
                               self.hash(paths, b(mean, 12, 7)))

        def decision(k):
            return keep.mixer.decide(rows, 2 * self.dir_class + k, (self.dir_class, b(mean, 6, 13), k),
                                     (b(mu, 2560, 3), near3, k))

        if not keep.ties:
            return 2 * decision(1)
        if d0 == 0 or TIE in around:
            if decision(0):
                return TIE
            return 2 * decision(1)
        up = 1 if mean >= 0 else 0
        r = decision(1)
        if r != up and decision(0):
            return TIE
        return 2 * r

    def hash(self, u, v):
        h = (u * 0x9e3779b1 & 0xffffffff) ^ (v * 0x85ebca6b & 0xffffffff)
        h ^= h >> 15
        h = h * 0x2c1b3c6d & 0xffffffff
        h ^= h >> 13
        return h % self.keep.H


def base4(signs):
    number = 0
    for g in signs:
        number = 4 * number + g
    return number


# ---------------------------------------------------------------------------------------------------------------------
# 10. Mode 3: latents
# ---------------------------------------------------------------------------------------------------------------------

def latents(chunk, estimate):
    _, reconstruct = quantiser(chunk.element, 0, 1.0)
    return [reconstruct(p, 0) for p in estimate]


# ---------------------------------------------------------------------------------------------------------------------
# 11. Mode 4: pointwise
# ---------------------------------------------------------------------------------------------------------------------

def pointwise(chunk):
    element, header = chunk.element, chunk.header
    r = Reader(chunk.blocks[SIGNS], "the signs block")
    flags, t, codes = r.u8(), r.u8(), r.rest()
    demand(flags <= 1, "unknown flag in the signs block")
    demand(flags & 1 or not codes, "the signs block has bytes behind its last field")

    known = {}
    for i in chunk.listed:
        x = chunk.own[i]
        if math.isfinite(x) and x != 0:
            known[i] = log2(abs(x))
    y = residual(chunk, Element(2), header.delta * ((t + 1) / 256), known)

    c = math.sqrt(1 - header.bound * header.bound)
    x = list(chunk.own)
    for i in range(chunk.size):
        if chunk.coded[i]:
            x[i] = pow2(y[i], c)
            if element.integer:
                x[i] = element.rounded(min(rne(x[i]), float(element.hi)))
            else:
                x[i] = f16(x[i]) if element.half else element.rounded(x[i])
    if flags & 1:
        signs_of_values(chunk, x, RangeCoder(codes))
        met["signs of values"] += 1
    return x


def binary64(hexadecimal):
    return struct.unpack(">d", bytes.fromhex(hexadecimal))[0]


ALPHA = [binary64(h) for h in """
    3ff0000000000000 3fe62e42fefa39ef 3fcebfbdff82c58f 3fac6b08d704a0c0 3f83b2ab6fba4e77 3f55d87fe78a6731
    3f2430912f86c787 3eeffcbfc588b0c7 3eb62c0223a5c824 3e7b5253d395e7c4 3e3e4cf5158b8eca 3dfe8cac7351bb25
    3dbc3bd650fc2986""".split()]
BETA = [binary64(h) for h in """
    40071547652b82fe 3feec709dc3a03fd 3fe2776c50ef9bfe 3fda61762a7aded9 3fd484b13d7c02a9 3fd0c9a84994022d
    3fcc68f568d31760 3fc89f3b1694cffe 3fc5b9ac9b743f0d 3fc3703c1f4d0ffe""".split()]
ROOT_HALF = binary64("3fe6a09e667f3bcd")


def pow2(y, c):
    """11.1"""
    y = clamp(y, -1200.0, 1200.0)
    n = round(y)
    f = y - n
    s = ALPHA[12]
    for k in range(11, -1, -1):
        s = s * f + ALPHA[k]
    try:
        return math.ldexp(s * c, n)
    except OverflowError:
        return INF


def log2(x):
    """11.1"""
    m, e = math.frexp(x)                                    # ½ ≤ m < 1
    if m < ROOT_HALF:
        m, e = 2 * m, e - 1
    s = (m - 1) / (m + 1)
    z = s * s
    r = BETA[9]
    for k in range(8, -1, -1):
        r = r * z + BETA[k]
    return e + s * r


def bend(x, y, z):
    return abs(x + z - 2 * y)


def least(a, b):
    return NAN if a != a or b != b else min(a, b)


def signs_of_values(chunk, x, coder):
    """11.2: gives the magnitudes x of coded values their signs"""
    negative = defaultdict(Counter)
    axes = list(zip(range(len(chunk.shape)), strides(chunk.shape), chunk.shape))
    for i, at in enumerate(points(chunk.shape)):
        if not chunk.coded[i]:
            continue
        v, cost, states = x[i], 0.0, ()
        for c, stride, extent in axes:
            u = x[i - stride] if at[c] >= 1 else 0.0
            state = 1 if u > 0 else 2 if u < 0 else 0
            if state != 0:
                e = 0.0
                if at[c] >= 2:
                    w = x[i - 2 * stride]
                    e = e + (bend(w, u, -v) - bend(w, u, v))
                if at[c] + 1 < extent:
                    r = abs(x[i + stride])
                    e = e + (least(bend(u, -v, r), bend(u, -v, -r)) - least(bend(u, v, r), bend(u, v, -r)))
                cost = cost + e
            states += (state,)
        excess = 7
        for t in 0, 0.25, 0.5, 1, 2, 4, 8:
            if cost > t * v:
                excess += 1
            elif cost < -(t * v):
                excess -= 1
        if coder.decide(negative[states, excess]):
            x[i] = -x[i]


# ---------------------------------------------------------------------------------------------------------------------
# 12. Mode 5: scan
# ---------------------------------------------------------------------------------------------------------------------

def scan_chunk(chunk):
    scan = Scan(chunk.blocks[SCAN], chunk.shape, chunk.coded)
    indices, lattice = scan.decode(), scan.lattice
    met[f"lattice kind {lattice.kind}"] += 1
    if scan.mirror is not None:
        met["mirror"] += 1
    if scan.matches:
        met["matches"] += 1
    if scan.K:
        met["low bits"] += 1
    if TABLE in chunk.blocks:                               # 12.8
        r = Reader(chunk.blocks[TABLE], "the table block")
        count = r.uvarint()
        demand(1 <= count <= chunk.size // 8, "bad size of a table")
        table = Scan(r.rest(), (count,), [True] * count)
        entries, lattice = table.decode(), table.lattice
        for i, coded in enumerate(chunk.coded):
            if coded:
                demand(0 <= indices[i] < count, "a place beyond its table")
                indices[i] = entries[indices[i]]
    element = chunk.element
    indices = [k if coded else 0 for k, coded in zip(indices, chunk.coded)]
    if element.integer:
        n = 8 * element.size
        return np.array([k % 2**n for k in indices], f"<u{element.size}").view(element.dtype)
    return element.elements([element.rounded(lattice.value(k)) for k in indices])


def bits_of(x):
    """The bits of a binary64, as an integer"""
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def log4(a):
    return (bits_of(a) >> 50) - 4092


def finite(a):
    return a if math.isfinite(a) else 0.0


class Lattice:
    """12.1"""

    def __init__(self, kind, unit):
        if kind > 2:
            raise Refused(f"unknown lattice {kind}")
        demand(unit <= (60, 22, 63)[kind], "bad unit of a lattice")
        self.kind, self.unit, self.origin = kind, unit, 0
        self.base = float(10**unit if kind == 1 else 2**unit)

    def value(self, kappa):
        if self.kind == 0:
            if kappa < 0:
                return -self.value(-1 - kappa)
            return struct.unpack("<d", struct.pack("<Q", (kappa << self.unit) % 2**63))[0]
        return float(kappa) / self.base

    def scaled(self, kappa):
        return self.value(kappa) if self.kind == 0 else float(wrap64(kappa - self.origin))

    def nearest(self, p):
        """P, Q, ex"""
        if self.kind != 0:
            if not abs(p) < 2.0**63:
                return self.origin, 0, 0
            r = round(p)
            if abs(r) < 2**62:
                return wrap64(self.origin + r), min(math.floor((p - r + 0.5) * 4), 3), 0
            return self.origin, 0, 0
        n, w = self.unit, bits_of(abs(p))
        ex = max(w >> 52, 1) - 1075 + n
        if n < 2:
            P, Q = w >> n, 2
        else:
            w += 2**(n - 1)
            P, Q = w >> n, (w >> (n - 2)) % 4
        if math.copysign(1, p) < 0:
            P, Q = -1 - P, 3 - Q
        return P, Q, ex


def causal_offsets(rank, R):
    """12.3, sorted"""
    offsets = [o for o in itertools.product(range(-R, R + 1), repeat=rank) if next((x for x in o if x), 0) < 0]
    offsets.sort(key=lambda o: (sum(x * x for x in o), [abs(x) for x in o], o))
    return offsets


class Scan:
    def __init__(self, block, shape, coded):
        r = Reader(block, "the scan block")
        self.lattice = Lattice(r.u8(), r.u8())
        T, m, self.K = r.u8(), r.u8(), r.u8()
        demand(1 <= T <= 40 and 7 <= m <= 24 and self.K <= 8, "a field of a scan beyond its limits")
        self.matches, mirror = r.u8(), r.u8()
        demand(self.matches <= 15, "unknown flag of matches")
        self.lattice.origin = r.svarint()
        self.common = r.svarint() if self.matches & 8 else 0
        self.coder = RangeCoder(r.bytes(r.uvarint()))
        self.bits = PackedBits(r.rest())

        # axes of extent 1 are left out
        self.mirror, self.opposite = None, bool(mirror & 128)
        demand(mirror & 127 <= len(shape), "bad mirror axis")
        if mirror & 127 and shape[(mirror & 127) - 1] > 1:
            self.mirror = sum(n > 1 for n in shape[:(mirror & 127) - 1])
        self.shape = tuple(n for n in shape if n > 1) or (1,)
        self.coded, self.size = coded, product(shape)

        rank = len(self.shape)
        self.strides = strides(self.shape)
        self.taps = causal_offsets(rank, T if rank == 1 else 4 if rank == 2 else 3 if rank == 3 else 2)[:T]
        self.around = causal_offsets(rank, 6 if rank == 1 else 4 if rank == 2 else 3 if rank == 3 else 2)
        self.around = self.around[:6 if rank <= 2 else 9]
        self.squares = LeastSquares(len(self.taps) - 1, m)

        self.across = defaultdict(lambda: Counter(1 / 4))
        self.mixer, self.details, self.tails = FullMixer(self.coder), defaultdict(Counter), defaultdict(Counter)
        self.low_mixer, self.match_mixer = FullMixer(self.coder), FullMixer(self.coder)
        self.run = self.last = self.past = 0

    def decode(self):
        """The lattice index of each point (12.2)"""
        n, lattice = self.size, self.lattice
        self.kappa, self.x, self.err, self.ec, self.hit = [0] * n, [0.0] * n, [0.0] * n, [0] * n, [0] * n
        efit, emir = [0.0] * n, [0.0] * n
        kappa, x, err, ec = self.kappa, self.x, self.err, self.ec
        near = Neighbourhoods(self)
        for i, at in enumerate(points(self.shape)):
            taps, neighbours, total, self.previous = near.at(at)
            self.previous = [i - back if back else None for back in self.previous]

            # features
            first = next((t for t in taps if t is not None), None)
            base = x[i + first] if first is not None else 0.0
            f = [x[i + t] - base if t is not None else 0.0 for t in taps[1:]]
            fit = base + self.squares.apply(f)
            if not math.isfinite(fit):
                fit = base

            def expected(a):
                s = 0.0
                for by, w in neighbours:
                    s = s + w * a[i + by]
                return s / total if neighbours else 0.0

            p, sigma = fit, expected(err)
            xm = None
            if self.mirror is not None:                     # 12.5
                c = self.mirror
                j = i + (self.shape[c] - 1 - 2 * at[c]) * self.strides[c]
                sfit, smir = expected(efit), expected(emir)
                p, sigma = fit, sfit
                if j < i:
                    xm = -x[j] if self.opposite else x[j]
                    if smir < sfit:
                        p, sigma = xm, smir

            by_distance = False
            if not self.coded[i]:
                kappa[i] = lattice.nearest(p)[0]
                x[i], err[i], ec[i] = p, sigma, 0
            elif self.matches and self.match(i):
                kappa[i] = self.matched
                x[i], err[i], ec[i] = finite(lattice.scaled(kappa[i])), sigma, 0
            else:
                by_distance = True
                kappa[i] = self.distance(p, sigma)
                x[i] = finite(lattice.scaled(kappa[i]))
                err[i] = min(abs(x[i] - p), 2.0**1000)
                ec[i] = error_class(x[i] - p, sigma)
                self.squares.learn(f, x[i] - base, sigma + err[i])
            if self.mirror is not None:
                efit[i], emir[i] = sfit, smir
                if by_distance:
                    efit[i] = min(abs(x[i] - fit), 2.0**1000)
                    emir[i] = min(abs(x[i] - xm), 2.0**1000) if xm is not None else sfit
        return kappa

    # 12.6 --------------------------------------------------------------------------------------------------------------

    def distance(self, p, sigma):
        lattice = self.lattice
        if lattice.kind == 0 and abs(p) < 4 * sigma:
            j = clamp(log4(abs(p)) - log4(sigma) + 8, 0, 15)
            sign = math.copysign(1, p)
            if self.coder.decide(self.across[j]):
                p = math.copysign(sigma * 0.5, -sign)
            else:
                p = math.copysign(max(abs(p), sigma * 0.5), sign)
        P, Q, ex = lattice.nearest(p)
        g = log4(sigma) - 4 * ex if sigma > 0 else -8
        if lattice.kind == 0:
            g = min(g, 4 * (52 - lattice.unit))
        n = min(self.K, (g >> 2) - 1)
        if n > 0:
            low = self.low_bits(n, ex)
            P = wrap64(P - low + 2**(n - 1)) >> n
            return wrap64((P + self.offset(P, g - 4 * n, 2, sigma)) << n) + low
        return wrap64(P + self.offset(P, g, Q, sigma))

    def offset(self, P, g, Q, sigma):
        if g >= 8:
            width = min((g >> 2) - 1, 62)
            c, Q = 16 + g % 4, 0
        else:
            width, c = 0, clamp(g + 8, 0, 15)
        s, l = [0, 0, 0], [4, 4, 4]
        for k, j in enumerate(self.previous):
            if j is not None:
                s[k] = clamp((log4(self.err[j]) - log4(sigma) + 8) >> 1, 0, 7)
                l[k] = self.ec[j] + 4
        rows = self.mixer.rows((c, Q), (s[0], s[1], c), (c, l[0], Q), (l[0], l[1], l[2]),
                               (c, P % 16 if width == 0 else s[2]), (c, l[1]))

        def mix(node):
            return self.mixer.decide(rows, node, (c, node), (s[0], s[1], node))

        def tail(e):
            return self.coder.decide(self.tails[c, e])

        def detail(node):
            return mix(node) if c < 16 else self.coder.decide(self.details[c, node])

        q = bin_code(mix, lambda: mix(1), tail, detail, self.bits.packed)
        half = 2**width >> 1
        return wrap64((q << width) + self.bits.packed(width) - half)

    def low_bits(self, n, ex):
        low = 0
        for i in range(n):
            h = [0, 0, 0]
            for k, j in enumerate(self.previous):
                if j is not None:
                    J = self.kappa[j]
                    h[k] = 1 if J % 2**i != low else 2 + (J >> i) % 2
            pre = 2**i + low
            rows = self.low_mixer.rows((pre, ex % 4), (pre, h[0]), (pre, h[1]), (pre, h[2]),
                                       (i, h[0], h[1]), (i, h[0], h[2]))
            low += self.low_mixer.decide(rows, 0, (i, h[0]), pre) << i
        return low

    # 12.7 --------------------------------------------------------------------------------------------------------------

    def match(self, i):
        candidates = [self.kappa[j] if j is not None else 0 for j in self.previous] + [self.common]
        exist = [j is not None for j in self.previous] + [True]
        hits = [self.hit[j] if j is not None else 0 for j in self.previous]
        same = 0
        for place, (a, b) in enumerate(((1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2))):
            same |= (candidates[a] == candidates[b]) << place
        rows = self.match_mixer.rows((same, hits[0], hits[1]), (min(self.run, 31), min(self.last, 31)), self.past,
                                     tuple(hits), (self.past % 16, min(self.run, 31)), (same, hits[2]))
        hit, denied = 0, []
        for k in range(4):
            if not self.matches >> k & 1 or not exist[k] or candidates[k] in denied:
                continue
            if self.match_mixer.decide(rows, k, (k, same), (k, hits[min(k, 2)])):
                hit, self.matched = k + 1, candidates[k]
                break
            denied.append(candidates[k])
        self.past = (2 * self.past + (1 if hit else 0)) % 256
        if hit:
            self.run += 1
        else:
            self.last, self.run = self.run, 0
        self.hit[i] = hit
        return hit != 0


def error_class(e, sigma):
    ratio = abs(divide(e, sigma))
    n = 4 if ratio != ratio else sum(ratio >= t for t in (0.25, 0.75, 1.5, 3))
    return -n if e < 0 else n


class Neighbourhoods:
    """12.3: what is on the grid around a point, as differences of index. Points that are equally far from the borders,
    or far enough, have the same."""

    def __init__(self, scan):
        self.scan, self.cache = scan, {}
        self.reach = max(max(map(abs, o)) for o in scan.taps + scan.around)

    def at(self, at):
        shape, reach = self.scan.shape, self.reach
        key = tuple((min(x, reach), min(n - 1 - x, reach)) for x, n in zip(at, shape))
        if key not in self.cache:
            self.cache[key] = self.around(at)
        return self.cache[key]

    def around(self, at):
        scan, shape = self.scan, self.scan.shape

        def by(offset):
            move = Move(offset, shape)
            return move.by if move.inside(at) else None

        taps = [by(o) for o in scan.taps]
        neighbours = [(by(o), 1 / sum(x * x for x in o)) for o in scan.around]
        neighbours = [(b, w) for b, w in neighbours if b is not None]
        total = 0.0
        for _, w in neighbours:
            total = total + w
        rank = len(shape)
        previous = [scan.strides[rank - 1 - k] if k < rank and at[rank - 1 - k] > 0 else None for k in range(3)]
        return taps, neighbours, total, previous


class LeastSquares:
    """12.4. Every element of the arrays sees the operations of the text in the order of the text."""

    def __init__(self, N, m):
        self.N, self.forget = N, 1 - 64 / 2**m
        self.A, self.b, self.w = np.zeros((N, N)), np.zeros(N), [0.0] * N
        self.seen, self.wait, self.batch = 0, 8, []

    def apply(self, f):
        even = odd = 0.0
        for w, x in zip(self.w[0::2], f[0::2]):
            even = even + w * x
        for w, x in zip(self.w[1::2], f[1::2]):
            odd = odd + w * x
        return even + odd

    def learn(self, f, y, s):
        r = divide(1.0, s)
        y = y * r
        if not abs(y) < 1e6:
            return
        self.batch.append((np.array(f, np.float64) * r, y))
        self.seen += 1
        if len(self.batch) == 4:
            (f0, y0), (f1, y1), (f2, y2), (f3, y3) = self.batch
            self.A += (np.outer(f0, f0) + np.outer(f1, f1)) + (np.outer(f2, f2) + np.outer(f3, f3))
            self.b += (f0 * y0 + f1 * y1) + (f2 * y2 + f3 * y3)
            self.batch = []
        if self.seen >= self.wait:
            self.solve()
            self.seen, self.wait = 0, min(2 * self.wait, 64)

    def solve(self):
        """The sums over k of the text are taken from all rows at once as soon as column k of L is known."""
        N, diagonal = self.N, np.arange(self.N)
        L, R, t = np.zeros((N, N)), [0.0] * N, self.A.copy()
        ridge = self.A[diagonal, diagonal] * 2.0**-52
        t[diagonal, diagonal] += ridge
        for j in range(N):
            pivot = float(t[j, j])
            R[j] = 1 / math.sqrt(pivot) if pivot > float(ridge[j]) * 0.5 else 0.0
            L[j + 1:, j] = t[j + 1:, j] * R[j]
            t[j + 1:, j + 1:] -= np.outer(L[j + 1:, j], L[j + 1:, j])
        w = self.b.copy()
        for i in range(N):
            w[i] = w[i] * R[i]
            w[i + 1:] -= L[i + 1:, i] * w[i]
        for i in range(N - 1, -1, -1):
            w[i] = w[i] * R[i]
            w[:i] -= L[i, :i] * w[i]
        if not np.all(np.isfinite(w)):
            self.A[:], self.b[:], self.w = 0.0, 0.0, [0.0] * N
        else:
            self.w = w.tolist()
            self.A *= self.forget
            self.b *= self.forget


# ---------------------------------------------------------------------------------------------------------------------
# autoencoder/FORMAT.md
# ---------------------------------------------------------------------------------------------------------------------

F = np.float32
DENSE, CONVOLUTION, TRANSPOSED, UPSAMPLING, RELU, GELU, SILU, DROPOUT, FLATTEN, RESHAPE = range(1, 11)


class Layer:
    """A layer of a network: its fields, the shape of its output, the shapes of its parameters."""

    NAMES = ["", "dense", "convolution", "transposed", "upsampling", "ReLU", "GELU", "SiLU", "dropout", "flatten",
             "reshape"]

    def __init__(self, r, shape):
        self.kind, self.input = r.u8(), shape
        spatial = len(shape) - 1

        def axes(default):
            numbers = r.shape(r.uvarint())
            numbers = numbers or (default,) * spatial
            demand(len(numbers) == spatial and max(numbers, default=0) <= 1 << 24, "bad list of a layer")
            return numbers

        self.parameters, self.output = [], shape
        if self.kind == DENSE:
            demand(len(shape) == 1, "a dense layer needs a flat input")
            out = r.uvarint()
            self.output, self.parameters = (out,), [(shape[0], out), (out,)]
        elif self.kind in (CONVOLUTION, TRANSPOSED):
            out, kernel, stride, pad = r.uvarint(), axes(0), axes(1), axes(0)
            output_pad = axes(0) if self.kind == TRANSPOSED else (0,) * spatial
            demand(all(k >= 1 and s >= 1 and p < k for k, s, p in zip(kernel, stride, pad)), "bad convolution")
            demand(all(o == 0 or o < s for o, s in zip(output_pad, stride)), "bad convolution")
            self.kernel, self.stride, self.pad = kernel, stride, pad
            if self.kind == CONVOLUTION:
                demand(all(n + 2 * p >= k for n, k, p in zip(shape, kernel, pad)), "bad convolution")
                n = [(n + 2 * p - k) // s + 1 for n, k, s, p in zip(shape, kernel, stride, pad)]
                self.parameters = [(*kernel, shape[-1], out), (out,)]
            else:
                n = [(n - 1) * s - 2 * p + k + o
                     for n, k, s, p, o in zip(shape, kernel, stride, pad, output_pad)]
                self.parameters = [(*kernel, out, shape[-1]), (out,)]
            self.output = (*n, out)
        elif self.kind == UPSAMPLING:
            self.factor = axes(0)
            demand(min(self.factor, default=1) >= 1, "bad upsampling")
            self.output = (*(n * k for n, k in zip(shape, self.factor)), shape[-1])
        elif self.kind == DROPOUT:
            demand(0 <= r.float("f") < 1, "bad rate of a dropout")
        elif self.kind == FLATTEN:
            self.output = (product(shape),)
        elif self.kind == RESHAPE:
            self.output = r.shape(r.uvarint())
            demand(1 <= len(self.output) <= 4 and product(self.output) == product(shape), "bad reshape")
        elif self.kind not in (RELU, GELU, SILU):
            raise Refused(f"unknown layer {self.kind}")
        demand(all(n >= 1 for n in self.output) and product(self.output) <= 1 << 24, "a layer is too large")

    def run(self, x, parameters):
        """x of shape [windows, input…]. numpy does one operation at a time, each rounded to binary32."""
        met["layer " + self.NAMES[self.kind]] += 1
        if self.kind == DENSE:
            w, biases = parameters
            y = np.tile(biases, (len(x), 1))
            for i in range(w.shape[0]):
                y += x[:, i:i + 1] * w[i]
            return y
        if self.kind == CONVOLUTION:
            return self.convolution(x, *parameters)
        if self.kind == TRANSPOSED:
            return self.transposed(x, *parameters)
        if self.kind == UPSAMPLING:
            for c, k in enumerate(self.factor):
                x = np.repeat(x, k, axis=1 + c)
            return x
        if self.kind == RELU:
            return np.where(x < 0, F(0), x)
        if self.kind == GELU:
            inner = F(math.sqrt(2 / math.pi)) * (x + F(0.044715) * ((x * x) * x))
            return (F(0.5) * x) * (F(1) + tanh(inner))
        if self.kind == SILU:
            return x * (F(0.5) + F(0.5) * tanh(F(0.5) * x))
        return x.reshape(len(x), *self.output)              # dropout, flatten, reshape

    def convolution(self, x, w, biases):
        padded = np.pad(x, [(0, 0)] + [(p, p) for p in self.pad] + [(0, 0)])
        y = np.tile(biases, (len(x), *self.output[:-1], 1))
        for k in np.ndindex(*self.kernel):
            seen = tuple(slice(o, o + s * (n - 1) + 1, s) for o, s, n in zip(k, self.stride, self.output))
            part = padded[(slice(None), *seen)]
            for i in range(self.input[-1]):
                y += part[..., i:i + 1] * w[k][i]
        return y

    def transposed(self, x, w, biases):
        """For one output position, ascending input positions are descending kernel positions."""
        full = [s * (n - 1) + k for s, n, k in zip(self.stride, self.input, self.kernel)]
        full = [max(n, p + o) for n, p, o in zip(full, self.pad, self.output)]
        y = np.tile(biases, (len(x), *full, 1))
        for k in reversed(list(np.ndindex(*self.kernel))):
            part = np.zeros((*x.shape[:-1], self.output[-1]), F)
            for i in range(self.input[-1]):
                part += x[..., i:i + 1] * w[k][:, i]
            seen = tuple(slice(o, o + s * (n - 1) + 1, s) for o, s, n in zip(k, self.stride, self.input))
            y[(slice(None), *seen)] += part
        return y[(slice(None), *(slice(p, p + n) for p, n in zip(self.pad, self.output)))]


def exp(x):
    n = np.floor(x * F(math.log2(math.e)) + F(0.5))
    r = (x - n * F(0.693359375)) - n * F(-2.12194440e-4)
    s = np.full_like(x, F(1 / 5040))
    for c in 1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1:
        s = s * r + F(c)
    return np.ldexp(s, n.astype(np.int32))


def tanh(x):
    a = np.abs(x)
    q = x * x
    small = x + ((((F(62 / 2835) * q - F(17 / 315)) * q + F(2 / 15)) * q - F(1 / 3)) * q) * x
    limited = np.where(a <= 10, a, F(0))
    large = F(1) - F(2) / (exp(F(2) * limited) + F(1))
    large = np.where(a > 10, F(1), large)
    y = np.where(a < F(0.25), small, np.where(x < 0, -large, large))
    return np.where(np.isnan(x), x, y)


class Network:
    def __init__(self, r, use):
        shape = r.shape(r.u8())
        demand(1 <= len(shape) <= 4 and all(shape), "bad input of a network")
        self.input = shape
        n = r.uvarint()
        demand(n <= 64, "too many layers")
        self.layers = []
        for _ in range(n):
            self.layers.append(Layer(r, shape))
            shape = self.layers[-1].output
        self.output = shape
        kind, packing, data = r.u8(), r.u8(), r.rest()
        if kind != 1 or packing > 1:
            raise Refused(f"unknown type {kind} or packing {packing} of parameters")
        shapes = [s for layer in self.layers for s in layer.parameters]
        count = sum(map(product, shapes))
        demand(count <= 1 << 26, "too many parameters")
        if packing == 1:
            frame = zstandard.ZstdDecompressor(max_window_size=1 << 20).decompressobj()
            try:
                data = frame.decompress(data)
            except zstandard.ZstdError as e:
                raise Corrupt(f"parameters: {e}")
            demand(frame.eof and not frame.unused_data and len(data) == 4 * count, "bad parameters")
            data = unshuffled(data, 4)
        demand(len(data) == 4 * count, "bad parameters")
        numbers = np.frombuffer(data, "<f4")
        demand(np.all(np.isfinite(numbers)), "parameters that are not finite")
        ends = list(itertools.accumulate(map(product, shapes), initial=0))
        arrays = iter([numbers[a:b].reshape(s) for a, b, s in zip(ends, ends[1:], shapes)])
        self.parameters = [[next(arrays) for _ in layer.parameters] for layer in self.layers]

    def run(self, x):
        for layer, parameters in zip(self.layers, self.parameters):
            x = layer.run(x, parameters)
        return x


class Model:
    def __init__(self, data):
        demand(len(data) >= 42 and data[:8] == b"\x89MRSM\r\n\x1a", "not a model file")
        if data[8] != 1:
            raise Refused(f"model file of version {data[8]}")
        self.identity = data[-32:]
        demand(data[-33] == 0 and hashlib.sha256(data[:-32]).digest() == self.identity, "model file is damaged")
        r = Reader(data[:-33], "the model file")
        r.bytes(9)
        networks, before, autoencoder = {}, -1, None
        while r.more():
            s = read_section(r)
            demand(s.tag > before or s.tag == before == 2, "sections of the model file not in order")
            before = s.tag
            if s.tag == 1:
                autoencoder = Reader(s.payload, "the autoencoder section")
            elif s.tag == 2:
                part = Reader(s.payload, "a network")
                use = part.u8()
                if use > 1:
                    raise Refused(f"unknown use {use} of a network")
                demand(use > max(networks, default=-1), "networks not in order")
                networks[use] = Network(part, use)
            elif s.tag < 128:
                raise Refused(f"unknown section {s.tag} in a model file of version 1")
        demand(autoencoder and set(networks) == {0, 1}, "the model file is no autoencoder")

        r = autoencoder
        self.window = r.shape(r.u8())
        demand(1 <= len(self.window) <= 3 and all(self.window), "bad window")
        flags = r.u8()
        demand(flags <= 1, "unknown flag of the autoencoder")
        self.per_window = bool(flags)
        self.mean, self.scale = r.f64(), r.f64()
        demand(math.isfinite(self.mean) and 0 < self.scale < INF, "bad normalisation")
        n = r.uvarint()
        self.centre = np.array([r.float("f") for _ in range(n)], F)
        self.step = np.array([r.float("f") for _ in range(n)], F)
        r.end()
        demand(np.all(np.isfinite(self.centre)) and np.all(np.isfinite(self.step)) and np.all(self.step > 0),
               "bad latents")
        self.decoder = networks[1]
        demand(n == self.decoder.input[-1] and networks[0].input == (*self.window, 1)
               and networks[0].output == self.decoder.input, "the networks do not fit")
        demand(product(self.decoder.output) == product(self.window), "the decoder does not make a window")
        self.latents = product(self.decoder.input) + self.per_window

    def decode(self, numbers, single):
        """Decoding, to the bit: numbers of shape [windows, latents] to values [windows, values of a window]"""
        limited = np.clip(numbers, -2**24, 2**24)
        latents = limited[:, :product(self.decoder.input)].astype(F).reshape(len(numbers), *self.decoder.input)
        x = self.centre + (latents * self.step)
        v = self.decoder.run(x).reshape(len(numbers), -1).astype(np.float64)
        offset = np.full((len(numbers), 1), self.mean)
        if self.per_window:
            met["per window"] += 1
            offset = self.mean + limited[:, -1:].astype(np.float64) * (self.scale / 64)
        y = offset + (v * self.scale)
        if single:
            y, offset = y.astype(F).astype(np.float64), offset.astype(F).astype(np.float64)
        offset = np.where(np.isfinite(offset), offset, 0.0)
        return np.where(np.isfinite(y), y, offset)


# ---------------------------------------------------------------------------------------------------------------------
# The whole archive
# ---------------------------------------------------------------------------------------------------------------------

def decode_archive(data, models=None):
    """The array. `models` are the bytes of model files by their identity."""
    first, _, body = read_container(data)
    header = Header(first.payload)
    chunks = header.chunks()
    demand(chunks == sum(s.tag == CHUNK for s in body), "wrong number of chunks")
    try:
        array = np.zeros(header.shape, header.element.dtype)
    except ValueError:
        raise MemoryError
    grid = enumerate(header.chunk_grid())
    model = None
    for s in body:
        if s.tag == MODEL:                                  # section 4
            r = Reader(s.payload, "the model section")
            kind, content = r.u8(), r.rest()
            if kind == 0:
                demand(len(content) == 32, "bad name of a model")
                if content not in (models or {}):
                    raise Corrupt(f"the archive needs the model {content.hex()}")
                content = models[content]
            elif kind != 1:
                raise Refused(f"unknown kind {kind} of model section")
            met["model by name" if kind == 0 else "inline model"] += 1
            model = Model(content)
        else:
            ordinal, (corner, shape) = next(grid)
            elements = Chunk(header, ordinal, shape, s.payload, model).decode()
            array[tuple(slice(o, o + n) for o, n in zip(corner, shape))] = elements.reshape(shape)
    return array


def load_models(paths):
    models = {}
    for path in paths:
        data = pathlib.Path(path).read_bytes()
        models[Model(data).identity] = data
    return models


def goldens(directory):
    """Decodes all archives of a directory; the names of those that differ from sha256.json."""
    directory = pathlib.Path(directory)
    wanted = json.loads((directory / "sha256.json").read_text())
    models = load_models(sorted(directory.glob("*.mrsm")))
    paths = sorted(directory.glob("*.mrsl"))
    differ = [f"{name}: no such archive" for name in sorted(set(wanted) - {p.stem for p in paths})]
    for path in paths:
        try:
            got = hashlib.sha256(decode_archive(path.read_bytes(), models).tobytes()).hexdigest()
            if got != wanted.get(path.stem):
                differ.append(f"{path.stem}: {got}")
        except (Corrupt, Refused) as e:
            differ.append(f"{path.stem}: {e}")
    return len(paths), differ


def main():
    parser = argparse.ArgumentParser(description="Decodes a morsel archive.")
    parser.add_argument("archive", nargs="?")
    parser.add_argument("-o", "--output", help="file of the decoded elements, little-endian; else their SHA-256 is told")
    parser.add_argument("--model", help="model file that the archive needs")
    parser.add_argument("--goldens", metavar="DIR", help="compare all archives of DIR with its sha256.json")
    arguments = parser.parse_args()
    if bool(arguments.archive) == bool(arguments.goldens):
        parser.error("need an archive, or --goldens")
    try:
        if arguments.goldens:
            count, differ = goldens(arguments.goldens)
            for line in differ:
                print(line)
            print(f"{count} archives, {len(differ)} differ")
            return 1 if differ else 0
        models = load_models([arguments.model] if arguments.model else [])
        elements = decode_archive(pathlib.Path(arguments.archive).read_bytes(), models).tobytes()
        if arguments.output:
            pathlib.Path(arguments.output).write_bytes(elements)
        else:
            print(hashlib.sha256(elements).hexdigest())
        return 0
    except MemoryError:
        print("decoder.py: the array is too large for this machine's memory", file=sys.stderr)
    except (Corrupt, Refused, OSError, ValueError, ArithmeticError, LookupError, struct.error) as e:
        print(f"decoder.py: {e}", file=sys.stderr)
    return 4


if __name__ == "__main__":
    sys.exit(main())
