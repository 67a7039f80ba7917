#include "webm_file.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <system_error>
#include <utility>

namespace reprise::vision {
namespace {

// Ids with their length marks, as they stand in the file.
enum Id : std::uint32_t {
    ebml = 0x1A45DFA3,
    ebml_version = 0x4286,
    ebml_read_version = 0x42F7,
    ebml_max_id_length = 0x42F2,
    ebml_max_size_length = 0x42F3,
    doc_type = 0x4282,
    doc_type_version = 0x4287,
    doc_type_read_version = 0x4285,
    blank = 0xEC,
    segment = 0x18538067,
    seek_head = 0x114D9B74,
    seek = 0x4DBB,
    seek_id = 0x53AB,
    seek_position = 0x53AC,
    info = 0x1549A966,
    timestamp_scale = 0x2AD7B1,
    duration = 0x4489,
    muxing_app = 0x4D80,
    writing_app = 0x5741,
    tracks = 0x1654AE6B,
    track_entry = 0xAE,
    track_number = 0xD7,
    track_uid = 0x73C5,
    track_type = 0x83,
    flag_lacing = 0x9C,
    codec_id = 0x86,
    video = 0xE0,
    pixel_width = 0xB0,
    pixel_height = 0xBA,
    cluster = 0x1F43B675,
    timestamp = 0xE7,
    simple_block = 0xA3,
    block_group = 0xA0,
    block = 0xA1,
    block_duration = 0x9B,
    reference_block = 0xFB,
    cues_element = 0x1C53BB6B,
    cue_point = 0xBB,
    cue_time = 0xB3,
    cue_track_positions = 0xB7,
    cue_track = 0xF7,
    cue_cluster_position = 0xF1,
};

constexpr std::uint64_t k_track = 1;
constexpr int k_size_bytes = 8;
constexpr std::uint64_t k_size_mark = 1ULL << 56U;
const std::string k_size_unknown{"\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8};
// Room for a SeekHead of three places, and for the duration, which are known at the end.
constexpr std::uint64_t k_seek_head_bytes = 80;
constexpr std::uint64_t k_duration_bytes = 11;
// Places of blocks are told from their cluster's in 16 bits, which is 32 s.
constexpr std::int64_t k_cluster_ms = 2'000;
constexpr unsigned char k_key_flag = 0x80;

std::string big_endian(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8U * static_cast<unsigned>(i)) & 0xFFU);
    return text;
}

std::string id_bytes(Id id) {
    return big_endian(id, (static_cast<int>(std::bit_width(static_cast<std::uint32_t>(id))) + 7) / 8);
}

// The size has the shortest form: 7 bits of it to a byte, all ones excepted.
std::string head(Id id, std::uint64_t size) {
    int bytes = 1;
    while (size >= (1ULL << (7U * static_cast<unsigned>(bytes))) - 1) ++bytes;
    return id_bytes(id) + big_endian(size | 1ULL << (7U * static_cast<unsigned>(bytes)), bytes);
}

std::string element(Id id, const std::string& content) {
    return head(id, content.size()) + content;
}

std::string number(Id id, std::uint64_t value) {
    return element(id, big_endian(value, std::max(1, (static_cast<int>(std::bit_width(value)) + 7) / 8)));
}

// Exactly `bytes` long in all, at least 2.
std::string filler(std::uint64_t bytes) {
    return element(blank, std::string(bytes - 2, '\0'));
}

std::string file_head() {
    return element(ebml, number(ebml_version, 1) + number(ebml_read_version, 1) + number(ebml_max_id_length, 4) +
                             number(ebml_max_size_length, 8) + element(doc_type, "webm") + number(doc_type_version, 2) +
                             number(doc_type_read_version, 2));
}

std::string track_list(VideoSize size) {
    constexpr std::uint64_t k_video = 1;
    const auto shape = number(pixel_width, static_cast<std::uint64_t>(size.width)) +
                       number(pixel_height, static_cast<std::uint64_t>(size.height));
    return element(tracks, element(track_entry, number(track_number, k_track) + number(track_uid, k_track) +
                                                    number(track_type, k_video) + number(flag_lacing, 0) +
                                                    element(codec_id, "V_VP8") + element(video, shape)));
}

// Track, place within the cluster, flags, and the frame.
std::string block_content(const EncodedFrame& frame, std::int64_t cluster_ms, unsigned char flags) {
    return big_endian(k_track | 0x80U, 1) + big_endian(static_cast<std::uint64_t>(frame.at.count() - cluster_ms), 2) +
           static_cast<char>(flags) + frame.bytes;
}

}  // namespace

WebmFile::WebmFile(const std::filesystem::path& file, VideoSize size)
    : path_{file}, file_{std::fopen(file.c_str(), "wbe")} {
    if (!file_) fail(errno);
    write(file_head() + id_bytes(segment) + k_size_unknown);
    segment_ = written_bytes_;
    write(filler(k_seek_head_bytes));
    info_ = written_bytes_ - segment_;
    constexpr std::uint64_t k_nanoseconds_per_ms = 1'000'000;
    const auto facts = number(timestamp_scale, k_nanoseconds_per_ms) + element(muxing_app, "Reprise") +
                       element(writing_app, "Reprise");
    write(head(info, facts.size() + k_duration_bytes) + facts);
    duration_ = written_bytes_ - segment_;
    write(filler(k_duration_bytes));
    tracks_ = written_bytes_ - segment_;
    write(track_list(size));
    if (std::fflush(file_.get()) != 0) fail(errno);
}

void WebmFile::add(EncodedFrame frame) {
    if (!held_.empty()) put_down(held_.back());
    held_.assign(1, std::move(frame));
}

void WebmFile::put_down(const EncodedFrame& frame) {
    const auto at = frame.at.count();
    if (!cluster_.empty() && (frame.key || at - cluster_time_ms_ >= k_cluster_ms)) flush_cluster();
    if (cluster_.empty()) {
        cluster_time_ms_ = at;
        cluster_has_key_ = frame.key;
    }
    cluster_ += element(simple_block, block_content(frame, cluster_time_ms_, frame.key ? k_key_flag : 0));
}

void WebmFile::flush_cluster() {
    if (cluster_.empty()) return;
    if (cluster_has_key_) cues_.push_back({cluster_time_ms_, written_bytes_ - segment_});
    write(element(cluster, number(timestamp, static_cast<std::uint64_t>(cluster_time_ms_)) + cluster_));
    cluster_.clear();
    if (std::fflush(file_.get()) != 0) fail(errno);
}

void WebmFile::finish(std::chrono::milliseconds end) {
    if (finished_) return;
    if (held_.empty()) throw VideoError(path_.string() + ": a film without a frame");
    // The last frame tells how long it is shown, which those before it need not.
    const auto last = std::exchange(held_, {}).back();
    const auto shown = std::max<std::int64_t>(1, (end - last.at).count());
    if (!cluster_.empty() && (last.key || last.at.count() - cluster_time_ms_ >= k_cluster_ms)) flush_cluster();
    if (cluster_.empty()) {
        cluster_time_ms_ = last.at.count();
        cluster_has_key_ = last.key;
    }
    auto group = element(block, block_content(last, cluster_time_ms_, 0)) +
                 number(block_duration, static_cast<std::uint64_t>(shown));
    if (!last.key) group += element(reference_block, "\xFF");  // to an earlier frame: which one, nobody asks for VP8
    cluster_ += element(block_group, group);
    flush_cluster();
    const auto cues_place = written_bytes_ - segment_;
    write(cues());
    const auto segment_bytes = written_bytes_ - segment_;
    const auto place = [](Id id, std::uint64_t position) {
        return element(seek,
                       element(seek_id, id_bytes(id)) + element(seek_position, big_endian(position, k_size_bytes)));
    };
    auto places = element(seek_head, place(info, info_) + place(tracks, tracks_) + place(cues_element, cues_place));
    places += filler(k_seek_head_bytes - places.size());
    write_at(segment_, places);
    const auto length = static_cast<double>(last.at.count() + shown);
    write_at(segment_ + duration_, element(duration, big_endian(std::bit_cast<std::uint64_t>(length), k_size_bytes)));
    write_at(segment_ - k_size_bytes, big_endian(segment_bytes | k_size_mark, k_size_bytes));
    finished_ = true;
    if (std::fclose(file_.release()) != 0) fail(errno);
}

std::string WebmFile::cues() const {
    std::string points;
    for (const auto& cue : cues_) {
        points += element(cue_point, number(cue_time, static_cast<std::uint64_t>(cue.time_ms)) +
                                         element(cue_track_positions, number(cue_track, k_track) +
                                                                          number(cue_cluster_position, cue.position)));
    }
    return element(cues_element, points);
}

void WebmFile::write(const std::string& bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) fail(errno);
    written_bytes_ += bytes.size();
}

void WebmFile::write_at(std::uint64_t place, const std::string& bytes) {
    if (std::fseek(file_.get(), static_cast<long>(place), SEEK_SET) != 0 ||
        std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
        fail(errno);
    }
}

void WebmFile::fail(int error) const {
    throw VideoError(path_.string() + " cannot be written: " + std::generic_category().message(error));
}

}  // namespace reprise::vision
