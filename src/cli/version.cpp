// SPDX-License-Identifier: Apache-2.0
#include "base/version.h"

#include "app/versions.h"
#include "cli/context.h"

namespace crossdock::cli {

Exit run_version(Context& context) {
    Record record;
    record.add("crossdock", std::string{kVersion});
    for (const auto& [name, version] : app::library_versions()) record.add(name, version);
    context.out.print(record);
    return Exit::done;
}

}  // namespace crossdock::cli
