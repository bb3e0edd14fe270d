// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace crossdock::testing {

/// Prints a row of the catalogue with its verdict when its scope ends: "B3    ok      Content-Length: abc".
class Verdict {
public:
    Verdict(std::string row, std::string what) : row_(std::move(row)), what_(std::move(what)), before_(failures()) {}
    ~Verdict() {
        std::string shown = what_.substr(0, 100);
        for (char& c : shown)
            if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
        std::printf("%-4s %-7s %s\n", row_.c_str(), failures() == before_ && std::uncaught_exceptions() == 0 ? "ok" : "FAILED", shown.c_str());
    }
    Verdict(const Verdict&) = delete;
    Verdict& operator=(const Verdict&) = delete;

    /// What was seen, for the reader of the log.
    void add(const std::string& seen) { what_ += ": " + seen; }

private:
    static int failures() {
        const auto* result = ::testing::UnitTest::GetInstance()->current_test_info()->result();
        int count = 0;
        for (int i = 0; i < result->total_part_count(); ++i) count += result->GetTestPartResult(i).failed() ? 1 : 0;
        return count;
    }

    std::string row_, what_;
    int before_;
};

/// One line of the catalogue of bad input. In `bytes` and `holds` stand {PORT}, {KEY}, {READER} (a key that may only
/// read), {ADMIN} (one that may add webhook endpoints), {FOREIGN} (a key of another account), {REVOKED}, {EXPIRED},
/// {ORDER}, {OTHER_ORDER} (of the other account), {ITEM}, {OTHER_SKU}, {OTHER_ITEM} (of the other account), {TWIN_ITEM}
/// (of another channel of this account), {CURSOR}.
struct BadInput {
    std::string row;            // of the catalogue
    std::string what;           // distinguishes the variants of a row
    std::string bytes;          // what goes over the wire
    std::vector<int> statuses;  // of the first answer, any of them; 0: closed without one
    bool closes = false;        // the server must close
    std::string holds = {};     // a piece of the answer
    int answers = 1;            // how many answers follow
};

/// Rows B: what is no proper HTTP.
std::vector<BadInput> framing_rows();
/// Rows A, I, J, Q, W1 and W3: proper HTTP that asks for nonsense.
std::vector<BadInput> request_rows();

}  // namespace crossdock::testing
