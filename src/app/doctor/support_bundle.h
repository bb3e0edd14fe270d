// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/doctor/doctor.h"

namespace crossdock::app::doctor {

/// What somebody who helps wants to see: nothing of it is a secret or about a person, and nothing of it is sent.
struct SupportBundle {
    struct Member {
        std::string name;  // in the archive
        std::string what;  // for the list that a person reads
        std::string content;
    };
    std::vector<Member> members;
};

SupportBundle collect(const World& world, const std::string& config_file);

/// As a ZIP archive.
std::string pack(const SupportBundle& bundle, Timestamp now);

}  // namespace crossdock::app::doctor
