#include "client/execute.h"

#include "client/applicability.h"
#include "client/expression.h"
#include "client/player.h"
#include "script/expand.h"

namespace smtpspec::client {

namespace {

void end_with(Played& played, const CaseEnds& ends) {
    played.outcome = ends.outcome;
    played.reason = ends.reason;
    played.missing = ends.missing;
    played.connection_lost = ends.connection_lost;
}

void play_into(Played& played, const script::Case& script, const Stage& stage, Transcript& transcript) {
    if (const auto ends = not_observable(script, stage)) return end_with(played, *ends);
    const auto marker = stage.names.find("marker");
    if (marker != stage.names.end()) transcript.note("", "marker " + marker->second);
    Player player(script, stage, transcript);
    try {
        if (const auto ends = not_offered(script, stage, transcript)) return end_with(played, *ends);
        player.play();
        played.sink_claims = player.sink_claims();
    } catch (const CaseEnds& ends) {
        end_with(played, ends);
        if (player.statement()) played.at = player.statement()->at;
    } catch (const std::exception& failure) {
        end_with(played, CaseEnds(Outcome::inconclusive, failure.what()));
        if (player.statement()) played.at = player.statement()->at;
    }
}

}  // namespace

Played play(const script::Case& script, const Stage& stage) {
    Played played;
    Transcript transcript(stage.timeout_scale);
    try {
        play_into(played, script, stage, transcript);
    } catch (const std::exception& failure) {
        end_with(played, CaseEnds(Outcome::inconclusive, failure.what()));
    }
    played.duration = transcript.elapsed();
    played.transcript = transcript.take();
    return played;
}

}  // namespace smtpspec::client
