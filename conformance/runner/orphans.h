#pragma once

namespace smtpspec::runner {

/// Kills the children of this process, and theirs, until none is left; theirs only while an Orphanage lives.
void kill_descendants();

/// What servers leave behind, also in sessions and groups of their own, becomes a child of this process as long as an
/// object of this class lives, and is killed when it goes.
class Orphanage {
public:
    Orphanage();
    ~Orphanage();
    Orphanage(const Orphanage&) = delete;
    Orphanage& operator=(const Orphanage&) = delete;
};

}  // namespace smtpspec::runner
