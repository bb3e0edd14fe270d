// SPDX-License-Identifier: Apache-2.0
#include "db/write_queue.h"

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "base/at_work.h"

namespace crossdock::db {
namespace {

thread_local const Inside* innermost = nullptr;

Failure closed_failure(const std::string& why) {
    return Failure(Failure::Kind::closed,
                   why.empty() ? "The database is closed" : "The database takes no more work: " + why);
}

}  // namespace

Inside::Inside(const void* database, DriverConnection& connection, bool writing)
    : database_(database), connection_(connection), writing_(writing), outer_(innermost) {
    innermost = this;
}

Inside::~Inside() { innermost = outer_; }

const Inside* Inside::of(const void* database) {
    for (const Inside* at = innermost; at != nullptr; at = at->outer_) {
        if (at->database_ == database) return at;
    }
    return nullptr;
}

/// One caller, on that caller's stack. It has a lock of its own, so that waking it touches nobody else.
struct WriteQueue::Unit {
    enum class State { waiting, leader, done };

    explicit Unit(const std::function<void(Session&)>* its_work) : work(its_work) {}

    void set(State next) {
        // Notified while locked: once the caller sees the state its stack, with this object, goes away.
        const std::lock_guard lock(mutex);
        state = next;
        wake.notify_one();
    }

    const std::function<void(Session&)>* work;  // null: run_alone
    const AtWork whose = at_work();             // whoever runs it works for its caller meanwhile
    std::exception_ptr error = nullptr;
    std::mutex mutex;
    std::condition_variable wake;
    State state = State::waiting;
};

bool WriteQueue::run_soon(const std::function<void(Session&)>& work, std::chrono::milliseconds longest_wait) {
    Unit own(&work);
    {
        std::unique_lock lock(mutex_);
        if (stopped_) throw closed_failure(why_broken_);
        if (!wait_for_turn(own, lock, longest_wait)) return false;
    }
    if (own.state == Unit::State::leader) {
        const std::vector<Unit*> batch = take_batch(own);
        const Working nobody{AtWork{}};  // begin and commit are everybody's
        try {
            run_batch(batch);
        } catch (const std::exception& problem) {  // no memory, most likely; the queue must go on
            undo(batch, Failure(Failure::Kind::bug, problem.what()));
        }
        for (Unit* unit : batch) {
            if (unit != &own) unit->set(Unit::State::done);
        }
        if (after_commit && !broken()) after_commit();
        hand_on();
    }
    if (own.error) std::rethrow_exception(own.error);
    return true;
}

bool WriteQueue::run_alone(const std::function<void()>& work) {
    Unit own(nullptr);
    {
        std::unique_lock lock(mutex_);
        if (stopped_) return false;
        wait_for_turn(own, lock);
    }
    if (own.state != Unit::State::leader) return false;  // broken off meanwhile
    try {
        work();
    } catch (...) {
        hand_on();
        throw;
    }
    hand_on();
    return true;
}

std::size_t WriteQueue::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
}

/// Returns with the state leader (it is this caller's turn to run a batch) or done (somebody ran it); false when
/// neither came within that time, and the unit is out of the queue.
bool WriteQueue::wait_for_turn(Unit& unit, std::unique_lock<std::mutex>& lock, std::chrono::milliseconds longest) {
    if (!leading_) {
        leading_ = true;
        unit.state = Unit::State::leader;
        lock.unlock();
        return true;
    }
    waiting_.push_back(&unit);
    lock.unlock();
    const auto turn_came = [&] { return unit.state != Unit::State::waiting; };
    std::unique_lock own(unit.mutex);
    if (longest != kForAsLongAsItTakes && !unit.wake.wait_for(own, longest, turn_came)) {
        own.unlock();
        lock.lock();
        const auto place = std::find(waiting_.begin(), waiting_.end(), &unit);
        const bool still_waits = place != waiting_.end();
        if (still_waits) waiting_.erase(place);
        lock.unlock();
        if (still_waits) return false;
        own.lock();  // somebody has taken it in this moment
    }
    unit.wake.wait(own, turn_came);
    return true;
}

std::vector<WriteQueue::Unit*> WriteQueue::take_batch(Unit& own) {
    std::vector<Unit*> batch{&own};
    const std::lock_guard lock(mutex_);
    // Somebody who wants the writer alone ends the batch: the order of arrival is kept.
    while (batch.size() < max_units_ && !waiting_.empty() && waiting_.front()->work != nullptr) {
        batch.push_back(waiting_.front());
        waiting_.pop_front();
    }
    return batch;
}

void WriteQueue::hand_on() {
    Unit* next = nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty()) {
            leading_ = false;
        } else {
            next = waiting_.front();
            waiting_.pop_front();
        }
    }
    if (next == nullptr) return;
    if (broken()) {
        // Nobody works on a writer of unknown state: everybody who waits is told so.
        const Failure failure = closed_failure(why_broken());
        while (next != nullptr) {
            next->error = std::make_exception_ptr(failure);
            next->set(Unit::State::done);
            const std::lock_guard lock(mutex_);
            next = nullptr;
            if (waiting_.empty()) {
                leading_ = false;
            } else {
                next = waiting_.front();
                waiting_.pop_front();
            }
        }
        return;
    }
    next->set(Unit::State::leader);
}

void WriteQueue::run_batch(const std::vector<Unit*>& batch) {
    DriverConnection& writer = driver_.writer();
    try {
        writer.begin_write();
    } catch (const Failure& failure) {
        note_trouble(failure);
        undo(batch, failure);
        return;
    }
    const Inside inside(this, writer, true);
    const bool as_parts = batch.size() > 1;
    for (Unit* unit : batch) {
        if (!run_unit(*unit, as_parts)) {
            const auto severe = writer.severe_failure();
            if (severe) note_trouble(*severe);
            undo(batch,
                 Failure(severe ? severe->kind() : Failure::Kind::io,
                         severe ? severe->what() : "A statement of this or another unit undid the whole transaction"));
            return;
        }
    }
    commit(batch);
}

/// False when the whole transaction is lost, not just this unit.
bool WriteQueue::run_unit(Unit& unit, bool as_part) {
    DriverConnection& writer = driver_.writer();
    const SequenceCounter before = writer.sequence;
    try {
        if (as_part) writer.begin_part();
        const Working for_its_caller(unit.whose);
        Session session(writer, true);
        (*unit.work)(session);
        if (!writer.in_transaction() || writer.severe_failure()) return false;
        if (writer.has_open_constraints()) {
            throw Failure(Failure::Kind::constraint, "A row refers to one that does not exist (foreign key)");
        }
        if (as_part) writer.keep_part();
        return true;
    } catch (...) {
        unit.error = std::current_exception();
    }
    if (!writer.in_transaction() || writer.severe_failure()) return false;
    writer.sequence = before;
    if (!as_part) return true;  // alone in its transaction: commit() sees the error and undoes all of it
    try {
        writer.undo_part();
    } catch (const Failure&) {
        return false;
    }
    return true;
}

void WriteQueue::commit(const std::vector<Unit*>& batch) {
    DriverConnection& writer = driver_.writer();
    if (batch.size() == 1 && batch.front()->error) {
        writer.rollback();
        if (writer.in_transaction()) break_off("a transaction could not be undone");
        return;
    }
    // A commit into a file that no longer has a name would be acknowledged and gone.
    if (const std::string lost = driver_.lost_files(); !lost.empty()) {
        break_off(lost);
        undo(batch, Failure(Failure::Kind::io, lost));
        return;
    }
    const std::uint64_t logged = writer.logged_commits;
    try {
        store_sequence();
        writer.commit();
    } catch (const Failure& failure) {
        note_trouble(failure);
        if (failure.kind() == Failure::Kind::unknown) break_off(failure.what());
        undo(batch, failure);
        return;
    }
    commits.fetch_add(1, std::memory_order_relaxed);
    units.fetch_add(batch.size(), std::memory_order_relaxed);
    // A full disk takes a commit of nothing.
    if (trouble_ && writer.logged_commits != logged) {
        const std::lock_guard lock(mutex_);
        trouble_.reset();
    }
}

/// Only what stands in the way of every write: neither what a unit did wrong nor a commit of unknown outcome, which
/// break_off tells.
void WriteQueue::note_trouble(const Failure& failure) {
    switch (failure.kind()) {
        case Failure::Kind::busy:
        case Failure::Kind::full:
        case Failure::Kind::io:
        case Failure::Kind::corrupt: break;
        case Failure::Kind::constraint:
        case Failure::Kind::unknown:
        case Failure::Kind::closed:
        case Failure::Kind::bug: return;
    }
    const std::lock_guard lock(mutex_);
    trouble_ = failure;
}

void WriteQueue::store_sequence() {
    DriverConnection& writer = driver_.writer();
    if (writer.sequence.value == writer.sequence.stored) return;
    Session session(writer, true);
    Statement(session, "UPDATE change_sequence SET value = ? WHERE id = 1").bind(writer.sequence.value).exec();
}

void WriteQueue::undo(const std::vector<Unit*>& batch, const Failure& failure) {
    DriverConnection& writer = driver_.writer();
    writer.rollback();
    if (writer.in_transaction()) break_off("a transaction could not be undone");
    for (Unit* unit : batch) {
        // A unit that failed by itself keeps its own words: nothing of it was ever going to be written.
        if (!unit->error) unit->error = std::make_exception_ptr(failure);
    }
}

void WriteQueue::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    // The last in the queue: when its turn comes everybody before is done.
    Unit own(nullptr);
    std::unique_lock lock(mutex_);
    wait_for_turn(own, lock);
    if (own.state == Unit::State::leader) hand_on();
}

void WriteQueue::break_off(const std::string& why) {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (!broken_) why_broken_ = why;
    broken_ = true;
}

std::optional<Failure> WriteQueue::trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
}

std::string WriteQueue::why_broken() const {
    const std::lock_guard lock(mutex_);
    return why_broken_;
}

}  // namespace crossdock::db
