#include "outgoing-mail/relay_connection.h"

#include <array>
#include <system_error>
#include <utility>

namespace refserver::outgoing_mail {

using Phase = RelaySession::Phase;
using std::chrono::steady_clock;

RelayConnection::RelayConnection(const Options& options, const TlsClient& tls, const StopSignal& stop)
    : options_(options),
      tls_(tls),
      stop_(stop),
      session_(options.session),
      octets_(options.octets ? options.octets() : nullptr) {
    try {
        stream_ = Stream::connect(options.address, steady_clock::now() + options.connect_limit, stop);
    } catch (const std::exception& e) {
        session_.lost(e.what());
        return;
    }
    run({});
}

void RelayConnection::close(const std::string& reason) {
    if (session_.phase() == Phase::over) return;
    session_.lost(reason);
    output_.clear();
}

std::vector<Result> RelayConnection::deliver(const Transaction& transaction, MessageSource message) {
    session_.begin(transaction);
    run(message);
    return session_.results();
}

void RelayConnection::quit() {
    if (!ready()) return;
    session_.quit();
    run({});
}

// Until the session has nothing more to do by itself.
void RelayConnection::run(std::optional<MessageSource> message) {
    auto deadline = steady_clock::now() + session_.patience();
    auto replies = session_.replies();
    auto phase = session_.phase();
    try {
        while (session_.phase() != Phase::ready && session_.phase() != Phase::over) {
            if (session_.phase() == Phase::handshake) start_tls();
            fill(message);
            const bool wrote = write();
            const bool got = read();
            // The patience is for one reply, or for one block of the mail, not for a single octet.
            if ((wrote && session_.phase() == Phase::content) || replies != session_.replies() ||
                phase != session_.phase()) {
                replies = session_.replies();
                phase = session_.phase();
                deadline = steady_clock::now() + session_.patience();
            }
            if (wrote || got) continue;
            const bool in_a_mail = phase == Phase::envelope || phase == Phase::content || phase == Phase::verdict;
            switch (wait_for(stream_->fd(), stream_->wanted(!output_.empty()), deadline, stop_, !in_a_mail)) {
                case Wake::ready:
                    break;
                case Wake::timeout:
                    close("no answer in time");
                    break;
                case Wake::stopped:
                    close("the service stops");
                    break;
            }
        }
        if (session_.phase() == Phase::over) stream_->finish();
    } catch (const std::exception& e) {
        drain();
        close(e.what());
    }
    if (session_.phase() == Phase::over) stream_.reset();
}

// What the next hop said before the connection broke may be an answer.
void RelayConnection::drain() {
    try {
        while (session_.phase() != Phase::over && read()) {
        }
    } catch (const std::exception&) {
        // The first error is the one to tell.
    }
}

void RelayConnection::fill(std::optional<MessageSource>& message) {
    const auto next = next_output(message);
    output_ += octets_ ? octets_->received(next) : next;
}

// What the session says, and then the next block of the mail, when it is due.
std::string RelayConnection::next_output(std::optional<MessageSource>& message) {
    auto output = session_.take_output();
    if (session_.phase() != Phase::content || !output.empty() || !output_.empty()) return output;
    const auto form = session_.content_form();
    if (form == RelaySession::ContentForm::nothing) {
        session_.content_sent();
        return ".\r\n";
    }
    const auto block = message->read();
    if (form == RelaySession::ContentForm::chunk) {
        output = block;
    } else {
        stuffer_.stuff(block, output);
    }
    if (!message->at_end()) return output;
    if (form == RelaySession::ContentForm::data) stuffer_.finish(output);
    stuffer_ = {};
    session_.content_sent();
    return output;
}

bool RelayConnection::write() {
    if (output_.empty()) return false;
    const auto written = stream_->write_some(output_);
    if (!written) return false;
    output_.erase(0, *written);
    return true;
}

bool RelayConnection::read() {
    std::array<char, 16384> buffer;
    const auto n = stream_->read_some(buffer);
    if (!n) return false;
    if (*n == 0) {
        close("the next hop closed the connection");
    } else {
        const std::string_view octets{buffer.data(), *n};
        session_.feed(octets_ ? octets_->sent(octets) : octets);
    }
    return true;
}

void RelayConnection::start_tls() {
    try {
        stream_->start_tls(tls_, options_.tls_name, steady_clock::now() + session_.patience(), stop_);
    } catch (const StreamError&) {
        handshake_failed_ = true;
        throw;
    }
    session_.tls_started(options_.tls_name_is_trusted && stream_->verified_for(tls_, options_.tls_name));
}

}  // namespace refserver::outgoing_mail
