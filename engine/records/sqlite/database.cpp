#include "engine/records/sqlite/database.h"

using namespace Qt::StringLiterals;

namespace engine::records::sqlite {

namespace {

constexpr qsizetype kMostJobs = 10'000; // waiting; far more than a slow disk explains

} // namespace

Database::Database(const QString &folder, QObject *parent)
    : QObject(parent), m_folder(folder), m_connection(new Connection(folder))
{
    m_connection->moveToThread(&m_thread);
    connect(m_connection, &Connection::troubled, this, &Database::troubled);
    connect(&m_thread, &QThread::finished, m_connection, &QObject::deleteLater);
    m_thread.start();
}

Database::~Database()
{
    // Behind everything that is queued.
    QMetaObject::invokeMethod(
        m_connection, [this] { m_thread.quit(); }, Qt::QueuedConnection);
    m_thread.wait();
}

tl::unexpected<Error> Database::overloaded()
{
    return failure(Fault::Program, u"database_overloaded"_s,
                   u"The disk of the data folder is too slow: too much waits to be written to the call history."_s);
}

void Database::queue(std::function<void(Connection &)> job, std::function<void()> answerIt)
{
    const quint64 number = ++m_lastNumber;
    const bool accepted = m_answers.size() < kMostJobs;
    m_answers.insert(number, std::move(answerIt));
    if (!accepted) {
        QMetaObject::invokeMethod(
            this, [this, number] { answer(number); }, Qt::QueuedConnection);
        return;
    }
    QMetaObject::invokeMethod(
        m_connection,
        [this, number, job = std::move(job)] {
            job(*m_connection);
            QMetaObject::invokeMethod(
                this, [this, number] { answer(number); }, Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

void Database::answer(quint64 number)
{
    const auto answerIt = m_answers.take(number);
    answerIt();
}

} // namespace engine::records::sqlite
