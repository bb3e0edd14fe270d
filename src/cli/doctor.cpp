// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/doctor.h"

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/doctor/status.h"
#include "app/doctor/support_bundle.h"
#include "app/from_config.h"
#include "base/version.h"
#include "cli/context.h"
#include "platform/file.h"
#include "platform/process.h"

namespace crossdock::cli {
namespace {

using nlohmann::json;
namespace doctor = app::doctor;

/// This machine, for as long as the command runs.
struct ThisMachine {
    explicit ThisMachine(const Context& context)
        : http(net::make_http_client("crossdock/" + std::string{kVersion})),
          world(doctor::real_world(clock, random, *http, std::string{kVersion}, context.config_file)) {}

    SystemClock clock;
    SystemRandom random;
    std::unique_ptr<net::HttpClient> http;
    doctor::World world;
};

std::string line_of(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"; }

std::string default_name(Timestamp now) {
    std::string time = format_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(time, [](char letter) { return letter == '-' || letter == ':'; });
    return "crossdock-support-" + time + ".zip";
}

}  // namespace

Exit run_doctor(Context& context) {
    const ThisMachine machine(context);
    const doctor::Report report = doctor::examine(machine.world, context.config_file);
    if (context.out.json())
        std::cout << line_of(to_json(report));
    else
        std::cout << to_text(report, platform::shows_colours());
    std::cout.flush();
    return static_cast<Exit>(exit_code(report));
}

Exit run_status(Context& context) {
    const auto [config, findings] = read_config(context, Secrets::not_needed);
    if (!config) {
        for (const config::Finding& finding : findings) std::cerr << config::format(finding) << '\n';
        return Exit::usage;
    }
    const ThisMachine machine(context);
    json status = doctor::status_of(machine.world, *config);
    // What doctor will say of the file counts here, too.
    if (json& counted = status["findings"]; counted.is_object())
        counted["warnings"] = counted.value("warnings", std::size_t{0}) + findings.size() + app::check_exchange(*config).size();
    if (context.out.json())
        std::cout << line_of(status);
    else
        std::cout << doctor::status_text(status, machine.clock.now());
    std::cout.flush();
    return status.at("running") == true ? Exit::done : Exit::failed;
}

Exit run_support_bundle(Context& context, const std::string& file) {
    const ThisMachine machine(context);
    const Timestamp now = machine.clock.now();
    std::error_code error;
    std::filesystem::path target =
        file.empty() ? std::filesystem::path{default_name(now)} : std::filesystem::path{file};
    if (std::filesystem::is_directory(target, error)) target /= default_name(now);
    target = std::filesystem::absolute(target, error);
    if (std::filesystem::exists(target, error))
        return context.out.fail(Exit::failed, {ErrorKind::conflict, "file_exists",
                                               target.string() + " is there already; give another name with --output"});
    const doctor::SupportBundle bundle = doctor::collect(machine.world, context.config_file);
    const std::string archive = doctor::pack(bundle, now);
    if (const auto written = platform::write_file(target, archive); !written)
        return context.out.fail(Exit::failed, written.error());
    if (context.out.json()) {
        json members = json::array();
        for (const auto& member : bundle.members)
            members.push_back({{"name", member.name}, {"what", member.what}, {"bytes", member.content.size()}});
        std::cout << line_of({{"file", target.string()}, {"bytes", archive.size()}, {"members", members}});
        return Exit::done;
    }
    Table table({"in it", "bytes", "what"});
    for (const auto& member : bundle.members)
        table.add({member.name, static_cast<std::int64_t>(member.content.size()), member.what});
    context.out.print(table);
    context.out.say(
        "\nWritten to " + target.string() +
        ", and sent to nobody. Secrets and what is about buyers were taken out; look it through before you send it.");
    return Exit::done;
}

}  // namespace crossdock::cli
