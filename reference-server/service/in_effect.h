#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace refserver::service {

/// A value that many threads read and that is replaced as a whole: a reader keeps what it has got.
template <class T>
class InEffect {
public:
    explicit InEffect(std::shared_ptr<const T> value = nullptr) : value_(std::move(value)) {}

    std::shared_ptr<const T> get() const {
        const std::lock_guard lock(mutex_);
        return value_;
    }
    void set(std::shared_ptr<const T> value) {
        const std::lock_guard lock(mutex_);
        value_.swap(value);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;
};

}  // namespace refserver::service
