# What the tests need in an empty Request Tracker: a queue, an agent that may write, one that may only read, and a ticket
# each of two customers. Prints it as NAME=value.
use strict;
use warnings;
use RT;

RT::LoadConfig();
RT::Init();

sub done {
    my ($id, @rest) = @_;
    die join(' ', grep { defined } @rest), "\n" unless $id;
    return $id;
}

my $root  = RT->SystemUser;
my $queue = RT::Queue->new($root);
done($queue->Create(
    Name              => 'vip-reports',
    CorrespondAddress => 'helpdesk@helpdesk.example',
    CommentAddress    => 'helpdesk-comment@helpdesk.example',
));

sub agent {
    my ($name, @rights) = @_;
    my $user = RT::User->new($root);
    done($user->Create(Name => $name, EmailAddress => "$name\@helpdesk.example", Privileged => 1));
    done($user->PrincipalObj->GrantRight(Right => $_, Object => $queue)) for @rights;
    done($user->PrincipalObj->GrantRight(Right => 'ManageAuthTokens', Object => RT->System));
    my $token = RT::AuthToken->new($root);
    my ($id, $message, $value) = $token->Create(Owner => $user->Id, Description => 'tests');
    done($id, $message);
    return $value;
}

my @reading = qw(SeeQueue ShowTicket ShowTicketComments);
my $writer  = agent('debrief', @reading, qw(CommentOnTicket ReplyToTicket ModifyTicket));
my $reader  = agent('auditor', @reading);

# Customers open and answer tickets by mail.
my $everyone = RT::Group->new($root);
$everyone->LoadSystemInternalGroup('Everyone');
done($everyone->PrincipalObj->GrantRight(Right => 'CreateTicket', Object => $queue));
my $requestors = RT::Group->new($root);
$requestors->LoadRoleGroup(Object => RT->System, Name => 'Requestor');
done($requestors->PrincipalObj->GrantRight(Right => 'ReplyToTicket', Object => $queue));

sub ticket {
    my ($requestor, $subject) = @_;
    my $ticket = RT::Ticket->new($root);
    my ($id, undef, $message) = $ticket->Create(
        Queue     => 'vip-reports',
        Subject   => $subject,
        Requestor => $requestor,
        Content   => 'We were attacked this morning. Please send us your report.',
    );
    return done($id, $message);
}

my $own     = ticket('noc@acme-outdoor.example',       'Flood against the web shop');
my $foreign = ticket('noc@larkspur-learning.example', 'Examinations are slow');
print "RT_QUEUE=vip-reports\nRT_TOKEN=$writer\nRT_READ_TOKEN=$reader\nRT_TICKET=$own\nRT_FOREIGN_TICKET=$foreign\n";
