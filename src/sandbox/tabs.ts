import type { Tab } from "../server/graphiql.ts";

const FIRST = `# Everything here works: behind this graph are two sandbox services, in memory.
# \`extensions.upstream\` below the answer tells which REST calls it took.
query Users {
  users(first: 5) {
    nodes {
      id
      name
      username
      status
      service {
        name
        dialect
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`;

const CREATE_ECONTEXT = `# POST /users/user of the eContext service.
mutation CreateUserInEcontext($input: CreateUserInput!) {
  createUser(input: $input) {
    user {
      id
      name
      email
      status
      applications {
        nodes {
          name
        }
      }
      groups {
        edges {
          role
          node {
            name
          }
        }
      }
    }
    errors {
      code
      message
      path
    }
  }
}
`;

const ECONTEXT_USER = {
  input: {
    econtext: {
      service: "directory",
      email: "ines.duarte@kestrel.example",
      password: "a long enough one",
      name: "Inês Duarte",
      customData: { base: "OPO" },
      applications: ["Application:directory:609543d6-1cca-4039-9c1a-c843bda15ba4"],
      groups: ["Group:directory:group:5fb6f5d6-3a6d-4e1d-83bb-7445274745bf"],
    },
  },
};

const CREATE_CLOUD_FOUNDRY = `# POST /v2/users of the Cloud Foundry service.
mutation CreateUserInCloudFoundry($input: CreateUserInput!) {
  createUser(input: $input) {
    user {
      id
      status
      cloudFoundry {
        admin
        active
        defaultSpace {
          name
          parent {
            name
          }
        }
      }
    }
    errors {
      code
      message
      path
    }
  }
}
`;

const CLOUD_FOUNDRY_USER = {
  input: {
    cloudFoundry: {
      service: "cloud",
      guid: "9f0d3a52-7c0e-4d1b-8a55-2f6f0b7f4f11",
      defaultSpace: "Group:cloud:space:5489e195-c42b-4e61-bf30-323c331ecc01",
      admin: false,
    },
  },
};

const RELATIONS = `# A user of each service, with applications and groups.
query UsersWithGroups {
  inEcontext: user(id: "User:directory:a3bc334a-f9f2-4797-aaa2-1440811c0ec0") {
    ...Relations
  }
  inCloudFoundry: user(id: "User:cloud:a3bc334a-f9f2-4797-aaa2-1440811c0ec0") {
    ...Relations
  }
}

fragment Relations on User {
  name
  username
  applications {
    nodes {
      name
      status
    }
  }
  groups {
    edges {
      role
      node {
        kind
        name
        application {
          name
        }
        parent {
          name
        }
      }
    }
  }
}
`;

const NODE = `# The same user by global id alone, as Relay and federated graphs ask.
query SameUser($id: ID!) {
  node(id: $id) {
    __typename
    id
    ... on User {
      name
      email
      createdAt
      customData
      apiKeys {
        name
        status
      }
      service {
        name
      }
    }
  }
}
`;

const CHANGE = `# Writes, one after the other: each answers what the service holds after it.
mutation ChangeAndGrant {
  updateUser(
    input: { id: "User:directory:0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01", econtext: { customData: { base: "LIS" } } }
  ) {
    user {
      name
      customData
    }
    errors {
      ...Mend
    }
  }
  addUserToApplication(
    input: {
      user: "User:directory:0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01"
      application: "Application:directory:ec48dad3-ca61-4d74-a584-3ee3db4708ef"
    }
  ) {
    user {
      applications {
        nodes {
          name
        }
      }
    }
    errors {
      ...Mend
    }
  }
  inEcontext: addUserToGroup(
    input: {
      user: "User:directory:0d5e4f4c-58a4-4f5a-9d34-6c1f0d1b8a01"
      group: "Group:directory:group:16191e59-85e8-416f-826d-9cf8106c8cad"
    }
  ) {
    ...Memberships
  }
  inCloudFoundry: addUserToGroup(
    input: {
      user: "User:cloud:4aaf9b85-3f4a-4d88-9cab-6e5d4f3a2b05"
      group: "Group:cloud:space:bc8d3381-390d-4bd7-8c71-25309900a2e3"
      role: DEVELOPER
    }
  ) {
    ...Memberships
  }
}

fragment Memberships on AddUserToGroupPayload {
  user {
    groups {
      edges {
        role
        node {
          name
        }
      }
    }
  }
  errors {
    ...Mend
  }
}

fragment Mend on InputError {
  code
  message
  path
}
`;

/** What GraphiQL opens with over the embedded sandbox: each query names what the sandbox has. */
export const SANDBOX_TABS: readonly Tab[] = [
  { query: FIRST },
  { query: CREATE_ECONTEXT, variables: JSON.stringify(ECONTEXT_USER, null, 2) },
  { query: CREATE_CLOUD_FOUNDRY, variables: JSON.stringify(CLOUD_FOUNDRY_USER, null, 2) },
  { query: CHANGE },
  { query: RELATIONS },
  { query: NODE, variables: JSON.stringify({ id: "User:directory:a3bc334a-f9f2-4797-aaa2-1440811c0ec0" }, null, 2) },
];
