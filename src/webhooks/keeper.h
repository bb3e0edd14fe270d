// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "store/secret_repo.h"

namespace crossdock::webhooks {

/// Seals what must not stand readable in the database. `place` says where it belongs and is bound in. Any thread.
class SecretKeeper {
public:
    virtual ~SecretKeeper() = default;
    /// Errors: the key file's.
    virtual Result<store::SealedSecret> seal(const Secret& secret, std::string_view place) = 0;
    /// Errors: the key file's; denied when it was sealed with another key, or for another place.
    virtual Result<Secret> open(const store::SealedSecret& sealed, std::string_view place) = 0;
};

}  // namespace crossdock::webhooks
