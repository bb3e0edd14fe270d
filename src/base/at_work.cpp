// SPDX-License-Identifier: Apache-2.0
#include "base/at_work.h"

namespace crossdock {
namespace {

constinit thread_local AtWork current{};

}  // namespace

AtWork at_work() noexcept { return current; }

Working::Working(AtWork whom) noexcept : before_(current) { current = whom; }

Working::~Working() { current = before_; }

}  // namespace crossdock
