// A plugin of Haraka with what Haraka leaves to plugins: who may send to whom, the limit of recipients, logins, the relay host, and
// Maildirs. All else is Haraka's.
'use strict'
const DSN = require('haraka-dsn')
const { setting, on, passwordOf, isHosted, isPartial, mailbox, isSafe, isRefused, deliver } =
    require(`${process.env.SMTPSPEC_TARGETS}/common/settings.js`)
const outbound = require('./outbound')

const outgoingEnabled = on('SMTP_OUTGOING_ENABLED')
const needsLogin = outgoingEnabled && on('SMTP_OUTGOING_ACCESS_AUTHENTICATION')
const incomingPort = Number(setting('SMTP_INCOMING_PORT'))
const shared = incomingPort === Number(setting('SMTP_OUTGOING_PORT'))
const maxRecipients = Number(setting('SMTP_MAX_RECIPIENTS_PER_MAIL'))
const isIncoming = connection => connection.local.port === incomingPort
const isOutgoing = connection => outgoingEnabled && (shared || !isIncoming(connection))
const hasLogin = connection => connection.relaying || isSafe(connection.remote.ip)

exports.register = function () {
    this.inherits('auth/auth_base')
}

// Port -> how many connections: Haraka has a cap for those of one client only.
const open = new Map()
const opened = (port, more) => open.set(port, (open.get(port) ?? 0) + more)

exports.hook_connect = (next, connection) => {
    const port = connection.local.port
    if (!isIncoming(connection) && isRefused(connection.remote.ip)) {
        return next(DENYSOFTDISCONNECT, DSN.create(421, 'not from this address', 7, 1))
    }
    if ((open.get(port) ?? 0) >= Number(setting('SMTP_MAX_CONNECTIONS_PER_PORT'))) {
        return next(DENYSOFTDISCONNECT, DSN.create(421, 'too many connections', 3, 2))
    }
    opened(port, 1)
    connection.notes.counted = port
    next()
}

exports.hook_disconnect = (next, connection) => {
    if (connection.notes.counted) opened(connection.notes.counted, -1)
    next()
}

exports.hook_capabilities = (next, connection) => {
    const inClear = on('TLS_REQUIRED_FOR_AUTHENTICATION') && !connection.tls.enabled
    if (needsLogin && isOutgoing(connection) && !inClear) {
        connection.notes.allowed_auth_methods = ['PLAIN', 'LOGIN', 'CRAM-MD5']
        connection.capabilities.push('AUTH PLAIN LOGIN CRAM-MD5')
    }
    next()
}

exports.get_plain_passwd = (user, connection, done) => done(passwordOf(user) ?? null)

exports.hook_mail = (next, connection) => {
    const refused = !isIncoming(connection) && needsLogin && !hasLogin(connection)
    if (refused) return next(DENY, DSN.create(530, 'authentication required', 7, 0))
    next()
}

exports.hook_rcpt = (next, connection, [recipient]) => {
    const address = recipient.address
    const ip = connection.remote.ip
    if (connection.transaction.rcpt_to.length > maxRecipients) return next(DENYSOFT, DSN.create(452, 'too many recipients', 5, 3))
    if (isHosted(address)) return mailbox(address) ? next(OK) : next(DENY, DSN.create(550, 'no such mailbox', 1, 1))
    if (!isOutgoing(connection) || isRefused(ip)) return next(DENY, DSN.create(550, 'no relaying', 7, 1))
    if (needsLogin && !hasLogin(connection)) return next(DENY, DSN.create(530, 'authentication required', 7, 0))
    if (isPartial(address)) return next(DENY, DSN.create(554, 'a domain with a dot is needed', 1, 2))
    if (!on('OUTGOING_MAIL_ENABLED')) return next(DENYSOFT, DSN.create(451, 'the outgoing mail service is off', 3, 2))
    next(OK)
}

// Who is hosted gets the mail now; Haraka's queue takes it for the others.
exports.hook_queue = exports.hook_queue_outbound = (next, connection) => {
    const mail = connection.transaction
    mail.message_stream.get_data({}, content => {
        deliver(mail.mail_from.address ?? '', mail.rcpt_to.map(({ address }) => address).filter(isHosted), content)
        mail.rcpt_to = mail.rcpt_to.filter(({ address }) => !isHosted(address))
        if (mail.rcpt_to.length === 0) return next(OK)
        outbound.send_trans_email(mail, next)
    })
}

// A report to somebody here comes from Haraka's queue, too: it goes to the incoming port.
exports.hook_get_mx = (next, hmail, domain) => {
    if (isHosted(`@${domain}`)) return next(OK, { priority: 0, exchange: setting('SMTP_INCOMING_LISTEN_IP') || '127.0.0.1', port: incomingPort })
    const user = setting('OUTGOING_MAIL_RELAY_USER')
    const login = user ? { auth_user: user, auth_pass: setting('OUTGOING_MAIL_RELAY_PASSWORD') } : {}
    next(OK, { priority: 0, exchange: setting('OUTGOING_MAIL_RELAY_HOST'), port: Number(setting('OUTGOING_MAIL_RELAY_PORT')), ...login })
}
