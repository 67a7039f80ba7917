// Cuts a byte stream into NUL-terminated messages, however the reads fell. One thread at a time.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace reprise::cdp {

class MessageSplitter {
public:
    static constexpr std::size_t k_largest_message_bytes = 256U << 20;  // what Chromium sends at most

    // Room for the next read of up to `size` bytes; commit() says how many came.
    char* prepare(std::size_t size) {
        if (buffer_.size() < filled_ + size) buffer_.resize(filled_ + size);
        return buffer_.data() + filled_;
    }

    // Calls `deliver(std::string_view)` for each message that is now whole. False: a message is larger than allowed.
    template <class Deliver>
    bool commit(std::size_t size, Deliver&& deliver) {
        filled_ += size;
        std::size_t start = 0;
        while (const void* nul = std::memchr(buffer_.data() + scanned_, '\0', filled_ - scanned_)) {
            const auto end = static_cast<std::size_t>(static_cast<const char*>(nul) - buffer_.data());
            if (end > start) deliver(std::string_view(buffer_).substr(start, end - start));
            start = scanned_ = end + 1;
        }
        if (start > 0) {
            std::memmove(buffer_.data(), buffer_.data() + start, filled_ - start);
            filled_ -= start;
            if (buffer_.size() > k_keep_bytes && filled_ < k_keep_bytes) {
                buffer_.resize(k_keep_bytes);
                buffer_.shrink_to_fit();
            }
        }
        scanned_ = filled_;  // never look at a byte twice: large messages come in many reads
        return filled_ <= k_largest_message_bytes;
    }

private:
    static constexpr std::size_t k_keep_bytes = 1U << 20;
    std::string buffer_;
    std::size_t filled_{};
    std::size_t scanned_{};
};

}  // namespace reprise::cdp
