// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/cp932.h"

#include <iconv.h>

#include <cstddef>

namespace crossdock::connectors::amazon {
namespace {

class Converter {
public:
    Converter() : handle_(iconv_open("UTF-8", "CP932")) {}
    ~Converter() {
        if (is_open()) iconv_close(handle_);
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    [[nodiscard]] bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

    std::string convert(std::string_view text) {
        std::string out(text.size() * 3 + 16, '\0');
        iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        char* in = const_cast<char*>(text.data());
        std::size_t in_left = text.size(), written = 0;
        while (in_left > 0) {
            char* to = out.data() + written;
            std::size_t room = out.size() - written;
            const std::size_t code = iconv(handle_, &in, &in_left, &to, &room);
            written = out.size() - room;
            if (code != static_cast<std::size_t>(-1)) break;
            // A byte that means nothing here: mark it and go on behind it.
            if (out.size() - written < 16) out.resize(out.size() * 2);
            out.replace(written, 3, "\xEF\xBF\xBD");
            written += 3;
            ++in;
            --in_left;
        }
        out.resize(written);
        return out;
    }

private:
    iconv_t handle_;
};

}  // namespace

std::optional<std::string> cp932_to_utf8(std::string_view text) {
    Converter converter;
    if (!converter.is_open()) return std::nullopt;
    return converter.convert(text);
}

}  // namespace crossdock::connectors::amazon
