// SPDX-License-Identifier: Apache-2.0
// The corpora of the fuzzers, seeds and past findings, each once through its target: in every build, without libFuzzer.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/target.h"

namespace crossdock::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpora = fs::path{CROSSDOCK_SOURCE_DIR} / "tests/fuzz/corpus";

std::vector<fs::path> files_of(const fs::path& folder) {
    std::vector<fs::path> files;
    if (fs::is_directory(folder))
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void replay(const Target& target, const std::string& bytes, const std::string& name) {
    try {
        target.run(bytes);
    } catch (const BrokenPromise& broken) {
        ADD_FAILURE() << name << ": broken promise: " << broken.what;
    } catch (const std::exception& thrown) {
        ADD_FAILURE() << name << ": thrown: " << thrown.what();
    }
}

class Replay : public ::testing::TestWithParam<Target> {};

TEST_P(Replay, EveryInputOfTheCorpusKeepsThePromises) {
    const auto files = files_of(kCorpora / GetParam().name);
    ASSERT_FALSE(files.empty()) << "a target needs seeds in corpus/" << GetParam().name;
    for (const auto& file : files) replay(GetParam(), bytes_of(file), file.filename().string());
}

// What a cut, a doubled or a changed byte does to the seeds: a few thousand inputs near them.
TEST_P(Replay, InputsNearTheCorpusKeepThePromises) {
    for (const auto& file : files_of(kCorpora / GetParam().name)) {
        const std::string bytes = bytes_of(file);
        const std::size_t step = std::max<std::size_t>(1, bytes.size() / 12);
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            const std::string name = file.filename().string() + " at byte " + std::to_string(at);
            replay(GetParam(), bytes.substr(0, at), name + ", cut");
            std::string changed = bytes;
            changed[at] = static_cast<char>(changed[at] ^ 0x15);
            replay(GetParam(), changed, name + ", changed");
            if (HasFailure()) return;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Targets, Replay, ::testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Corpora, AreOfTargetsThatThereAre) {
    for (const auto& entry : fs::directory_iterator(kCorpora)) {
        if (!entry.is_directory()) continue;
        EXPECT_NE(find_target(entry.path().filename().string()), nullptr) << entry.path();
    }
}

}  // namespace
}  // namespace crossdock::fuzz
