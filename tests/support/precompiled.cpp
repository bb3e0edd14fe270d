// SPDX-License-Identifier: Apache-2.0
#include "support/precompiled.h"

template class nlohmann::basic_json<>;
