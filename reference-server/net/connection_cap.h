#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace refserver::net {

/// How many connections one port serves at once (D12). Safe to use from many threads.
class ConnectionCap : public std::enable_shared_from_this<ConnectionCap> {
public:
    /// A place below the cap, given back when it is destroyed or released. An empty one holds no place.
    class Slot {
    public:
        Slot() = default;
        ~Slot() { release(); }
        Slot(Slot&& other) noexcept : cap_(std::move(other.cap_)) {}
        Slot& operator=(Slot&& other) noexcept;
        explicit operator bool() const { return cap_ != nullptr; }
        void release();

    private:
        friend class ConnectionCap;
        explicit Slot(std::shared_ptr<ConnectionCap> cap) : cap_(std::move(cap)) {}
        std::shared_ptr<ConnectionCap> cap_;
    };

    static std::shared_ptr<ConnectionCap> make(std::uint32_t limit);
    /// Empty when the cap is reached.
    Slot take();
    /// Connections beyond a lower limit stay; new ones wait until there are fewer.
    void set_limit(std::uint32_t limit) { limit_ = limit; }
    std::uint32_t taken() const { return taken_; }

private:
    explicit ConnectionCap(std::uint32_t limit) : limit_(limit) {}
    std::atomic<std::uint32_t> limit_;
    std::atomic<std::uint32_t> taken_{0};
};

}  // namespace refserver::net
