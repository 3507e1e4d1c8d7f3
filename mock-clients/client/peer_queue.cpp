#include "client/peer_queue.h"

#include <cstring>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

namespace smtpspec::client {

namespace {

struct Request {
    nlmsghdr header;
    inet_diag_req_v2 socket;
};

void put(const Endpoint& endpoint, __be16& port, __be32 (&address)[4]) {
    if (endpoint.family() == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(endpoint.storage);
        port = v4.sin_port;
        address[0] = v4.sin_addr.s_addr;
    } else {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(endpoint.storage);
        port = v6.sin6_port;
        std::memcpy(address, &v6.sin6_addr, sizeof address);
    }
}

}  // namespace

std::optional<std::uint32_t> PeerQueue::unread() {
    if (!kernel_) kernel_ = Descriptor(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    Request request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST;
    request.socket.sdiag_family = static_cast<__u8>(peer_.family());
    request.socket.sdiag_protocol = IPPROTO_TCP;
    request.socket.idiag_states = ~__u32{0};
    request.socket.id.idiag_cookie[0] = request.socket.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    // Seen from the other end, whose socket is asked about.
    put(peer_, request.socket.id.idiag_sport, request.socket.id.idiag_src);
    put(local_, request.socket.id.idiag_dport, request.socket.id.idiag_dst);
    if (::send(kernel_.get(), &request, sizeof request, 0) < 0) return std::nullopt;

    alignas(nlmsghdr) char answer[2048];
    const ssize_t got = ::recv(kernel_.get(), answer, sizeof answer, MSG_DONTWAIT);
    nlmsghdr header{};
    inet_diag_msg told{};
    if (got < static_cast<ssize_t>(NLMSG_HDRLEN + sizeof told)) return std::nullopt;
    std::memcpy(&header, answer, sizeof header);
    if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY) return std::nullopt;
    std::memcpy(&told, answer + NLMSG_HDRLEN, sizeof told);
    return told.idiag_rqueue;
}

}  // namespace smtpspec::client
