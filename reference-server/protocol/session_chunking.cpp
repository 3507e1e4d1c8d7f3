#include "protocol/scanner.h"
#include "protocol/session_content.h"
#include "protocol/verbs.h"

#include <algorithm>
#include <charconv>

namespace refserver::protocol {
namespace {

/// Octets of the chunk and whether it is the last one.
std::optional<Chunk> parse(std::string_view argument) {
    Scanner in(argument);
    const auto digits = in.take_while(is_digit);
    Chunk chunk;
    // A number beyond 64 bits is as good as none: nobody can send so much.
    if (digits.empty() || std::from_chars(digits.begin(), digits.end(), chunk.left).ec != std::errc())
        return std::nullopt;
    if (in.take(" LAST")) chunk.last = true;
    if (!in.at_end()) return std::nullopt;
    return chunk;
}

void chunk_complete(SessionState& session) {
    session.mode = Mode::command;
    if (session.chunk.refusal) {
        if (session.content) return refuse_content(session, *session.chunk.refusal);
        return session.reply(*session.chunk.refusal);
    }
    if (session.chunk.last) return content_complete(session);
    session.reply(ReplyName::chunk_taken);
}

}  // namespace

/// RFC 3030 §2: the octets follow at once, whatever the reply will be, and belong to nothing else. A refused chunk is
/// therefore read to its end before the refusal.
void bdat(SessionState& session, std::string_view argument) {
    const auto chunk = parse(argument);
    if (!chunk) return session.reply(ReplyName::bad_chunk);
    session.chunk = *chunk;
    if (session.phase != Phase::recipients && session.phase != Phase::chunks) {
        session.chunk.refusal = ReplyName::out_of_sequence;
    } else if (!session.extended) {
        session.chunk.refusal = ReplyName::needs_ehlo;
    } else {
        if (session.phase == Phase::recipients) begin_content(session);
        session.phase = Phase::chunks;
        if (would_be_too_big(session, chunk->left)) session.chunk.refusal = ReplyName::mail_too_big;
    }
    session.mode = Mode::chunk;
    if (session.chunk.left == 0) chunk_complete(session);
}

void take_chunk(SessionState& session, std::string_view& input) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), session.chunk.left));
    if (!session.chunk.refusal) append_content(session, input.substr(0, count));
    input.remove_prefix(count);
    session.chunk.left -= count;
    if (session.chunk.left == 0) chunk_complete(session);
}

}  // namespace refserver::protocol
