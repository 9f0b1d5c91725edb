/** The writes of the graph, each with everything of its payload. */
const USER = `user {
  id upstreamId name email username status customData updatedAt
  applications { nodes { id name } }
  groups { edges { role node { id kind name } } }
  apiKeys { id name status }
  cloudFoundry { admin defaultSpace { id name } }
}`;
const ERRORS = "errors { code message path }";
const API_KEY = "apiKey { id upstreamId name description status }";

const mutation = (field: string, selection: string) =>
  `mutation ($input: ${field.charAt(0).toUpperCase()}${field.slice(1)}Input!) { ${field}(input: $input) { ${selection} ${ERRORS} } }`;

export const MUTATIONS = {
  createUser: mutation("createUser", USER),
  updateUser: mutation("updateUser", USER),
  deleteUser: mutation("deleteUser", "deletedId"),
  addUserToGroup: mutation("addUserToGroup", `${USER} group { id name kind }`),
  removeUserFromGroup: mutation("removeUserFromGroup", `${USER} group { id name kind }`),
  addUserToApplication: mutation("addUserToApplication", `${USER} application { id name }`),
  removeUserFromApplication: mutation("removeUserFromApplication", `${USER} application { id name }`),
  createApiKey: mutation("createApiKey", `${API_KEY} secret`),
  updateApiKey: mutation("updateApiKey", API_KEY),
  deleteApiKey: mutation("deleteApiKey", "deletedId"),
};
