// SPDX-License-Identifier: Apache-2.0
#pragma once
// What nearly every test includes, compiled once for all of them in unity builds (tests/CMakeLists.txt). A test includes
// what it uses all the same: other builds go without this.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

// Made once, in precompiled.cpp, and not by each test: a tenth to a fifth of what a test takes to compile.
extern template class nlohmann::basic_json<>;
