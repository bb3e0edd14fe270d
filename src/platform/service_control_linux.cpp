// SPDX-License-Identifier: Apache-2.0
#include "platform/service_control.h"

namespace crossdock::platform {
namespace {

Error use_instead(const std::string& advice) {
    return Error{ErrorKind::rejected, "service_systemd",
                 "`crossdock service` is for Windows; here systemd runs the service: " + advice};
}

}  // namespace

Status install_service(const std::filesystem::path&) {
    return use_instead(
        "the package installs the unit crossdock.service; switch it on with `sudo systemctl enable --now crossdock`");
}

Status uninstall_service() {
    return use_instead("`sudo systemctl disable --now crossdock` switches it off, removing the package removes it");
}

Status start_service() { return use_instead("`sudo systemctl start crossdock`"); }

Status stop_service() { return use_instead("`sudo systemctl stop crossdock`"); }

Status reload_service() { return use_instead("`sudo systemctl reload crossdock`"); }

Result<ServiceFacts> service_facts() {
    return use_instead("`systemctl status crossdock`, and `journalctl -u crossdock` for its log");
}

Result<int> run_as_service(const std::function<int()>&) {
    return use_instead("the unit crossdock.service runs `crossdock serve`, without --service");
}

}  // namespace crossdock::platform
