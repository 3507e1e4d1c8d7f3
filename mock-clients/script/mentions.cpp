#include "script/mentions.h"

#include "script/mistake.h"

#include <algorithm>
#include <array>

namespace smtpspec::script {

namespace {

constexpr std::array<std::string_view, 10> names_of_the_server{
    "reply",         "primary_domain", "local_domain", "admin_email", "incoming_port",
    "outgoing_port", "marker",         "size",         "rcptmax",     "i"};

std::optional<RoleKind> kind_of(std::string_view role, const Head* head) {
    const std::string name(role);
    if (const auto found = built_in_roles().find(name); found != built_in_roles().end()) return found->second;
    if (!head) return std::nullopt;
    const auto found = head->roles.find(name);
    return found == head->roles.end() ? std::nullopt : std::optional(found->second.kind);
}

bool has_account(RoleKind kind) {
    return kind == RoleKind::hosted || kind == RoleKind::postmaster;
}

std::vector<std::string> role_names(const Head* head) {
    std::vector<std::string> names;
    for (const auto& [name, kind] : built_in_roles()) names.push_back(name);
    if (head) {
        for (const auto& [name, role] : head->roles) names.push_back(name);
    }
    return names;
}

std::string unknown_role(std::string_view name) {
    return "unknown role " + in_quotes(name) + "; `role " + std::string(name) +
           " hosted`, `remote` or `unknown` declares it";
}

void use_role(const std::string& name, RoleKind kind, const Head* head, std::map<std::string, Role>& roles) {
    const bool declared = head && head->roles.contains(name);
    roles.emplace(name, declared ? head->roles.at(name) : Role{kind, {}});
}

void check_name(const Mention& mention, const Head* head, std::map<std::string, Role>& roles,
                std::vector<Diagnostic>& diagnostics) {
    const std::size_t dot = mention.name.find('.');
    const std::string base = mention.name.substr(0, dot);
    const std::string attribute = dot == std::string::npos ? "" : mention.name.substr(dot + 1);
    if (attribute == "reply") {
        const auto is_named = [&base](const Client& client) { return client.name == base; };
        if (head && std::any_of(head->clients.begin(), head->clients.end(), is_named)) return;
        diagnostics.push_back({mention.at, "unknown client " + in_quotes(base), ""});
        return;
    }
    const bool server_name =
        std::find(names_of_the_server.begin(), names_of_the_server.end(), base) != names_of_the_server.end();
    if (server_name && attribute.empty()) return;
    const auto kind = kind_of(base, head);
    if (!kind) {
        std::vector<std::string> known = role_names(head);
        known.insert(known.end(), names_of_the_server.begin(), names_of_the_server.end());
        diagnostics.push_back({mention.at, "unknown name " + in_quotes("$" + mention.name), did_you_mean(base, known)});
        return;
    }
    if ((attribute == "user" || attribute == "password") && !has_account(*kind)) {
        diagnostics.push_back({mention.at, in_quotes("$" + base) + " has no account, so no " + attribute, ""});
        return;
    }
    use_role(base, *kind, head, roles);
}

void check_role(const Mention& mention, const Head* head, std::map<std::string, Role>& roles,
                std::vector<Diagnostic>& diagnostics) {
    const auto kind = kind_of(mention.name, head);
    if (!kind) {
        diagnostics.push_back({mention.at, unknown_role(mention.name), did_you_mean(mention.name, role_names(head))});
    } else if (mention.what == Mention::What::hosted_role && !has_account(*kind)) {
        diagnostics.push_back(
            {mention.at, in_quotes(mention.name) + " has no account here; a hosted role should stand here", ""});
    } else if (mention.what == Mention::What::remote_role && *kind != RoleKind::remote) {
        diagnostics.push_back(
            {mention.at, in_quotes(mention.name) + " is not elsewhere; a remote role should stand here", ""});
    } else {
        use_role(mention.name, *kind, head, roles);
    }
}

void check_exists(const Mention& mention, const std::function<bool(std::string_view)>& exists, std::string_view what,
                  std::vector<Diagnostic>& diagnostics) {
    if (exists && !exists(mention.name)) {
        diagnostics.push_back({mention.at, "there is no " + std::string(what) + " " + in_quotes(mention.name), ""});
    }
}

}  // namespace

void check_mentions(const std::vector<Mention>& mentions, const ParseContext& context, const Head* head,
                    std::map<std::string, Role>& roles, std::vector<Diagnostic>& diagnostics) {
    for (const Mention& mention : mentions) {
        switch (mention.what) {
            case Mention::What::name:
                check_name(mention, head, roles, diagnostics);
                break;
            case Mention::What::role:
            case Mention::What::hosted_role:
            case Mention::What::remote_role:
                check_role(mention, head, roles, diagnostics);
                break;
            case Mention::What::requirement:
                if (context.requirement_exists && !context.requirement_exists(mention.name)) {
                    const auto ids = context.requirement_ids ? context.requirement_ids() : std::vector<std::string>{};
                    diagnostics.push_back({mention.at, "there is no requirement " + in_quotes(mention.name),
                                           did_you_mean(mention.name, ids)});
                }
                break;
            case Mention::What::fixture:
                check_exists(mention, context.fixture_exists, "fixture", diagnostics);
                break;
            case Mention::What::message:
                check_exists(mention, context.message_exists, "message", diagnostics);
                break;
            case Mention::What::setting:
                check_exists(mention, context.setting_exists, "setting", diagnostics);
                break;
        }
    }
}

}  // namespace smtpspec::script
