// SPDX-License-Identifier: Apache-2.0
#include "connectors/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace crossdock::connectors {
namespace {

constexpr int kGzip = 15 + 16;  // the largest window, gzip's header and checksum
constexpr int kBare = -15;      // neither
constexpr std::size_t kPiece = 64U * 1024;

Error broken(std::string_view what) {
    return {ErrorKind::unavailable, "document_broken",
            "the channel's document is " + std::string{what} + "; it is downloaded again"};
}

Bytef* bytes(const char* text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text)); }

}  // namespace

struct Gunzip::State {
    ~State() { inflateEnd(&stream); }
    z_stream stream{};
    Format format = Format::gzip;
    bool whole = true;
    bool ended = false;  // of deflate: there is no second stream
};

Gunzip::Gunzip(Format format) : state_(std::make_unique<State>()) {
    state_->format = format;
    if (inflateInit2(&state_->stream, format == Format::gzip ? kGzip : kBare) != Z_OK)
        throw std::runtime_error("zlib cannot begin to unpack");
}
Gunzip::~Gunzip() = default;
Gunzip::Gunzip(Gunzip&&) noexcept = default;
Gunzip& Gunzip::operator=(Gunzip&&) noexcept = default;

Status Gunzip::unpack(std::string_view& in, std::string& out, std::size_t most) {
    z_stream& stream = state_->stream;
    const std::size_t begin = out.size();
    bool full = true;  // the last call left no room, so that there may be more to come without more input
    while (!state_->ended && (!in.empty() || full) && out.size() - begin < most) {
        const std::size_t before = out.size();
        out.resize(before + kPiece);
        stream.next_in = bytes(in.data());
        stream.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), 1U << 30));
        const uInt given = stream.avail_in;
        stream.next_out = bytes(out.data() + before);
        stream.avail_out = kPiece;
        if (given > 0 && state_->whole) {  // the next member
            if (inflateReset(&stream) != Z_OK) return broken("broken");
            state_->whole = false;
        }
        const int code = state_->whole ? Z_BUF_ERROR : inflate(&stream, Z_NO_FLUSH);
        in.remove_prefix(given - stream.avail_in);
        out.resize(before + kPiece - stream.avail_out);
        full = stream.avail_out == 0;
        if (code == Z_STREAM_END) {
            state_->whole = true;
            state_->ended = state_->format == Format::deflate;
        } else if (code == Z_BUF_ERROR)
            full = false;  // no progress is possible: it wants more
        else if (code != Z_OK)
            return broken("not packed properly");
    }
    return ok();
}

bool Gunzip::is_whole() const { return state_->whole; }

struct Gzip::State {
    ~State() { deflateEnd(&stream); }
    z_stream stream{};
};

Gzip::Gzip() : state_(std::make_unique<State>()) {
    if (deflateInit2(&state_->stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib cannot begin to pack");
}
Gzip::~Gzip() = default;
Gzip::Gzip(Gzip&&) noexcept = default;
Gzip& Gzip::operator=(Gzip&&) noexcept = default;

void Gzip::run(std::string_view in, std::string& out, bool end) {
    z_stream& stream = state_->stream;
    stream.next_in = bytes(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    do {
        const std::size_t before = out.size();
        out.resize(before + kPiece);
        stream.next_out = bytes(out.data() + before);
        stream.avail_out = kPiece;
        if (deflate(&stream, end ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR)
            throw std::runtime_error("zlib cannot pack");
        out.resize(before + kPiece - stream.avail_out);
    } while (stream.avail_out == 0);
}

void Gzip::pack(std::string_view in, std::string& out) { run(in, out, false); }
void Gzip::finish(std::string& out) { run({}, out, true); }

std::uint32_t checksum(std::uint32_t before, std::string_view text) {
    return static_cast<std::uint32_t>(crc32_z(before, bytes(text.data()), text.size()));
}

Result<std::string> gunzip(std::string_view packed, std::size_t most) {
    Gunzip unpacker;
    std::string out;
    if (auto done = unpacker.unpack(packed, out, most); !done) return done.error();
    if (!packed.empty()) return broken("larger than it may be");
    if (!unpacker.is_whole()) return broken("cut off");
    return out;
}

}  // namespace crossdock::connectors
